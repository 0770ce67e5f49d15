package hanok.train.torch;

import hanok.model.ModelConfig;
import hanok.train.Batch;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Small models and batches. */
final class Tiny {
  static final ModelConfig MODEL =
      new ModelConfig(
          ModelConfig.Architecture.EXAONE, 3, 32, 4, 2, 8, 48, 96, 64, 10_000, 1, 8, 1e-5f);

  /** Heads that turn in part. */
  static final ModelConfig PARTIAL =
      new ModelConfig(ModelConfig.Architecture.LLAMA, 2, 24, 6, 2, 8, 40, 50, 64, 500, 4, 6, 1e-5f);

  private Tiny() {}

  /** Of a batch: several documents a row, prompts and padding that do not count. */
  static Batch packed(ModelConfig model, int rows, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Batch plain = batch(model, rows, length, seed);
    for (int i = 0; i < rows * length; i++) {
      boolean begins = i % length == 0 || random.nextInt(6) == 0;
      plain.documents()[i] = i % length == 0 ? 0 : plain.documents()[i - 1] + (begins ? 1 : 0);
      plain.positions()[i] = begins ? 0 : plain.positions()[i - 1] + 1;
      plain.weights()[i] = random.nextInt(3) * 0.5f;
    }
    return plain;
  }

  static TorchOptions options() {
    return TorchOptions.defaults().withPrecision(Precision.FP32).withThreads(1);
  }

  /** Rows of one document each, every target counting. */
  static Batch batch(int rows, int length, long seed) {
    return batch(MODEL, rows, length, seed);
  }

  static Batch batch(ModelConfig model, int rows, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] ids = random.ints((long) rows * length + 1, 0, model.vocab()).toArray();
    int[] positions = new int[rows * length];
    int[] documents = new int[rows * length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i % length;
      documents[i] = i / length;
    }
    float[] weights = new float[rows * length];
    Arrays.fill(weights, 1);
    return new Batch(
        rows,
        length,
        Arrays.copyOf(ids, rows * length),
        Arrays.copyOfRange(ids, 1, ids.length),
        weights,
        positions,
        documents);
  }

  static double mean(float[] nats) {
    double sum = 0;
    for (float value : nats) {
      sum += value;
    }
    return sum / nats.length;
  }
}

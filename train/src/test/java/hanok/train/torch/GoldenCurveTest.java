package hanok.train.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import hanok.train.Batch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/**
 * Fifty steps beside PyTorch's, which {@code src/test/python/golden_curve.py} recorded: the same
 * weights and tokens, by the same formulas.
 */
@NeedsLibTorch
class GoldenCurveTest {
  private static final int ROWS = 4;
  private static final int LENGTH = 48;
  private static final ModelConfig MODEL =
      new ModelConfig(
          ModelConfig.Architecture.EXAONE, 3, 64, 4, 2, 16, 160, 256, 64, 10_000, 1, 16, 1e-5f);

  @Test
  void lossAndGradientFollowPyTorch() throws IOException {
    compare(Precision.FP32, recorded(), 1e-5, 1e-5);
  }

  @Test
  void lossFollowsPyTorchAlsoInBfloat16() throws IOException {
    compare(Precision.BF16, recorded(), 3e-3, 3e-2);
  }

  /** With {@code -Dhanok.python=/usr/bin/python3}, whose PyTorch says again what was recorded. */
  @Test
  void thisMachinesPyTorchSaysTheSame() throws IOException, InterruptedException {
    String python = System.getProperty("hanok.python");
    assumeThat(python).as("hanok.python is not set").isNotNull();
    Process process =
        new ProcessBuilder(python, Path.of("src/test/python/golden_curve.py").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines;
    try (InputStream out = process.getInputStream()) {
      lines = new String(out.readAllBytes(), UTF_8).lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    compare(Precision.FP32, lines, 1e-5, 1e-5);
  }

  /** Holds each step's loss and gradient norm against a recording, by relative error. */
  private static void compare(
      Precision precision, List<String> lines, double lossError, double normError) {
    assertThat(lines).hasSize(50);
    TorchOptions options = Tiny.options().withPrecision(precision);
    try (TorchLearner learner = TorchLearner.random(MODEL, 0, options)) {
      begin(learner.weights());
      for (int step = 0; step < lines.size(); step++) {
        double[] expected =
            Arrays.stream(lines.get(step).split(" ")).mapToDouble(Double::parseDouble).toArray();
        Batch batch = batch(step);
        double loss = learner.accumulate(batch, 1 / batch.weight()) / batch.weight();
        double norm = learner.gradientNorm();
        assertThat(Math.abs(loss / expected[1] - 1))
            .as("loss, step %d", step)
            .isLessThan(lossError);
        assertThat(Math.abs(norm / expected[2] - 1))
            .as("norm, step %d", step)
            .isLessThan(normError);
        learner.step(3e-3 * Math.min(1, (step + 1) / 10.0), Math.min(1, 1 / (norm + 1e-6)));
      }
    }
  }

  private static void begin(Weights weights) {
    int salt = 0;
    for (TensorSpec spec : TensorSpec.all(MODEL, false, false)) {
      if (spec.isMatrix()) {
        try (PointerScope _ = new PointerScope()) {
          float[] values = new float[(int) (spec.rows() * spec.columns())];
          for (int i = 0; i < values.length; i++) {
            values[i] = noise(i, salt) * 0.0625f;
          }
          weights.values(spec).view(-1).copy_(torch.tensor(values));
        }
        salt++;
      }
    }
    weights.refresh();
  }

  private static float noise(long index, long salt) {
    long h = (index + salt * 1000003) * 2654435761L & 0xFFFFFFFFL;
    h = (h ^ h >> 15) * 2246822519L & 0xFFFFFFFFL;
    h = (h ^ h >> 13) * 3266489917L & 0xFFFFFFFFL;
    return (float) ((h >> 8) / (double) (1 << 23) - 1);
  }

  private static Batch batch(int step) {
    int[] inputs = new int[ROWS * LENGTH];
    int[] targets = new int[ROWS * LENGTH];
    int[] positions = new int[ROWS * LENGTH];
    float[] weights = new float[ROWS * LENGTH];
    Arrays.fill(weights, 1);
    for (int row = 0; row < ROWS; row++) {
      int token = row * 37 + step;
      for (int i = 0; i < LENGTH; i++) {
        int at = row * LENGTH + i;
        int salt = (int) (Math.abs(noise((long) row * (LENGTH + 1) + i, 1000 + step)) * 7);
        inputs[at] = token % MODEL.vocab();
        token = (token * 5 + salt + 3) % MODEL.vocab();
        targets[at] = token;
        positions[at] = i;
      }
    }
    return new Batch(ROWS, LENGTH, inputs, targets, weights, positions, new int[ROWS * LENGTH]);
  }

  private static List<String> recorded() throws IOException {
    try (InputStream in = GoldenCurveTest.class.getResourceAsStream("golden-curve.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
    }
  }
}

package hanok.train.torch;

import hanok.model.ModelConfig;
import hanok.train.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** How fast a learner learns, and in how much memory. */
public final class LearnerBenchmark {
  /** Steps that are not measured: libtorch's kernels are made in the first. */
  private static final int WARM_UP_STEPS = 3;

  /**
   * What was measured.
   *
   * @param tokensPerSecond of whole steps, the median
   * @param tokensPerProcessorSecond of the calling thread's time, which others' load hardly
   *     touches; best of all steps
   * @param gigaflopsPerSecond by six times the weights that are multiplied
   * @param peakBytes the most memory that the process ever had, or -1 where that is not known
   */
  public record Result(
      double tokensPerSecond,
      double tokensPerProcessorSecond,
      double gigaflopsPerSecond,
      long peakBytes) {}

  private LearnerBenchmark() {}

  /** The model that measurements compare: 11 million weights. */
  public static ModelConfig elevenMillion() {
    return new ModelConfig(
        ModelConfig.Architecture.EXAONE, 8, 256, 4, 1, 64, 896, 8192, 2048, 500_000, 1, 64, 1e-5f);
  }

  /**
   * Trains a random model on random tokens.
   *
   * @param rows of a step, each one document
   * @param length tokens a row
   * @param steps that are measured
   */
  public static Result run(
      ModelConfig config, int rows, int length, int steps, TorchOptions options) {
    double[] seconds = new double[steps];
    double processorSeconds = Double.POSITIVE_INFINITY;
    try (TorchLearner learner = TorchLearner.random(config, 1, options)) {
      for (int step = -WARM_UP_STEPS; step < steps; step++) {
        Batch batch = batch(config, rows, length, step);
        long processorBegin = threadNanos();
        long begin = System.nanoTime();
        learner.accumulate(batch, 1 / batch.weight());
        learner.step(1e-4, Math.min(1, 1 / learner.gradientNorm()));
        if (step >= 0) {
          seconds[step] = (System.nanoTime() - begin) / 1e9;
          processorSeconds = Math.min(processorSeconds, (threadNanos() - processorBegin) / 1e9);
        }
      }
    }
    Arrays.sort(seconds);
    double tokens = (double) rows * length;
    double speed = tokens / seconds[steps / 2];
    return new Result(speed, tokens / processorSeconds, 6 * factors(config) * speed / 1e9, peak());
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Weights that every token is multiplied with. */
  private static double factors(ModelConfig config) {
    double layer =
        (2.0 * config.queryDim() + 2.0 * config.kvDim() + 3.0 * config.ffnDim()) * config.dim();
    return config.layers() * layer + (double) config.vocab() * config.dim();
  }

  private static Batch batch(ModelConfig config, int rows, int length, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int tokens = Math.multiplyExact(rows, length);
    int[] ids = random.ints(tokens + 1L, 0, config.vocab()).toArray();
    int[] positions = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      positions[i] = i % length;
    }
    float[] weights = new float[tokens];
    Arrays.fill(weights, 1);
    return new Batch(
        rows,
        length,
        Arrays.copyOf(ids, tokens),
        Arrays.copyOfRange(ids, 1, tokens + 1),
        weights,
        positions,
        new int[tokens]);
  }

  private static long peak() {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

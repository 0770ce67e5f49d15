package hanok.train.torch;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link TorchLearner} computes and how its AdamW steps.
 *
 * @param precision of products
 * @param device {@code cpu} or {@code cuda:0}
 * @param threads of the CPU; results are equal bit for bit only for an equal number
 * @param beta1 how much of the mean of gradients a step keeps
 * @param beta2 how much of the mean of squared gradients a step keeps
 * @param eps added to the root of the second moment
 * @param weightDecay of matrices, times the learning rate; norms do not decay
 * @param recompute whether a layer is computed again when its gradient is, in place of keeping all
 *     that it computed: slower by a quarter, but memory for one layer at a time is enough
 * @param lora adapters that learn in place of the weights, or null
 */
public record TorchOptions(
    Precision precision,
    String device,
    int threads,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    boolean recompute,
    @Nullable LoraOptions lora) {

  public TorchOptions {
    require(threads > 0, "%d threads", threads);
    require(beta1 >= 0 && beta1 < 1, "beta1 %s is not in [0, 1)", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 %s is not in [0, 1)", beta2);
    require(eps > 0 && Double.isFinite(eps), "eps %s is not above 0", eps);
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay %s is not in [0, 1)", weightDecay);
    require(device.matches("cpu|cuda(:\\d+)?"), "device %s is not cpu, cuda or cuda:0", device);
  }

  /** On the CPU, all of it, with the betas and the decay that language models are trained with. */
  public static TorchOptions defaults() {
    return new TorchOptions(
        Precision.best("cpu"),
        "cpu",
        Runtime.getRuntime().availableProcessors(),
        0.9,
        0.95,
        1e-8,
        0.1,
        true,
        null);
  }

  /** These options with another precision. */
  public TorchOptions withPrecision(Precision other) {
    return new TorchOptions(
        other, device, threads, beta1, beta2, eps, weightDecay, recompute, lora);
  }

  /** These options on another device. */
  public TorchOptions withDevice(String other) {
    return new TorchOptions(
        precision, other, threads, beta1, beta2, eps, weightDecay, recompute, lora);
  }

  /** These options with another number of threads. */
  public TorchOptions withThreads(int other) {
    return new TorchOptions(
        precision, device, other, beta1, beta2, eps, weightDecay, recompute, lora);
  }

  /** These options with layers computed again, or kept. */
  public TorchOptions withRecompute(boolean other) {
    return new TorchOptions(
        precision, device, threads, beta1, beta2, eps, weightDecay, other, lora);
  }

  /** These options with adapters. */
  public TorchOptions withLora(LoraOptions other) {
    return new TorchOptions(
        precision, device, threads, beta1, beta2, eps, weightDecay, recompute, other);
  }

  private static void require(boolean ok, String message, Object... values) {
    if (!ok) {
      throw new IllegalArgumentException("learner: " + message.formatted(values));
    }
  }
}

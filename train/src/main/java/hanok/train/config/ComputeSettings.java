package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * What computes, and how.
 *
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}; {@code auto} by default:
 *     CUDA if it is there
 * @param precision of products; {@code auto} by default: the fastest that the device has
 * @param threads of the CPU; 0, the default, for all. Runs are equal bit for bit only with an equal
 *     number
 * @param recompute whether layers are computed again for their gradients, which saves memory; true
 *     by default
 * @param peakTflops what the device could do at best, for the share of it that is used (MFU); 0,
 *     the default, for unknown
 */
public record ComputeSettings(
    String device, Precision precision, Integer threads, Boolean recompute, Double peakTflops) {

  /** Of products of matrices. */
  public enum Precision {
    AUTO,
    FP32,
    BF16
  }

  public static final ComputeSettings DEFAULT =
      new ComputeSettings("auto", Precision.AUTO, 0, true, 0.0);

  public ComputeSettings {
    device = requireNonNullElse(device, "auto");
    precision = requireNonNullElse(precision, Precision.AUTO);
    threads = requireNonNullElse(threads, 0);
    recompute = requireNonNullElse(recompute, true);
    peakTflops = requireNonNullElse(peakTflops, 0.0);
    Check.that(
        device.matches("auto|cpu|cuda(:\\d+)?"),
        "compute.device is \"%s\", and must be auto, cpu, cuda or cuda:N",
        device);
    Check.atLeast("compute.threads", threads, 0);
    Check.that(peakTflops >= 0, "compute.peak_tflops is %s, and must be at least 0", peakTflops);
  }
}

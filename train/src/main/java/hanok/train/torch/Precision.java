package hanok.train.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What products of matrices are computed in. Weights, moments, gradients, norms, softmax and losses
 * are float32 in both.
 */
public enum Precision {
  /** float32 throughout. */
  FP32,
  /** Products of bfloat16 copies of the weights, summed in float32. */
  BF16;

  /**
   * The fastest that the device has instructions for: bfloat16 on CUDA and on processors with AMX
   * or AVX512_BF16, otherwise float32.
   *
   * @param device {@code cpu} or {@code cuda:0}
   */
  public static Precision best(String device) {
    return !device.equals("cpu") || processorHasBf16() ? BF16 : FP32;
  }

  private static boolean processorHasBf16() {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.exists(cpus)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(cpus)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

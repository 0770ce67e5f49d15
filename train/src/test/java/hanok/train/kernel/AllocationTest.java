package hanok.train.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vector that escapes to the heap costs 5 times the time, and nobody would see it. */
class AllocationTest {
  private static final int ROWS = 256;
  private static final int WIDTH = 1024;

  /** A kernel's own array may be there, once a call. */
  private static final long BYTES_MAX = 2 * Float.BYTES * WIDTH;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Norm.forward",
        "Norm.backward",
        "Sums.add",
        "SwiGlu.forward",
        "SwiGlu.backward",
        "CrossEntropy.gradient",
        "Rotation.turn",
        "AttentionRows.gradient"
      })
  void kernelsPutNoVectorsOnTheHeapOnceCompiled(String name) {
    try (Arena arena = Arena.ofConfined()) {
      long[] memory = new long[8];
      Arrays.setAll(memory, i -> arena.allocate(4L * ROWS * WIDTH, 64).address());
      Runnable kernel = Objects.requireNonNull(kernels(memory).get(name));
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long bytes = Long.MAX_VALUE;
      // The compiler works in the background: give it time, and end as soon as it is done.
      for (int round = 0; round < 1000 && bytes > BYTES_MAX; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        kernel.run();
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(bytes).isLessThanOrEqualTo(BYTES_MAX);
    }
  }

  private static Map<String, Runnable> kernels(long[] m) {
    int half = WIDTH / 2;
    AttentionRows attention = new AttentionRows(0, 1, 0, WIDTH, 64, 0.125f);
    int[] starts = new int[ROWS];
    return Map.of(
        "Norm.forward", () -> Norm.forward(m[0], m[1], m[2], ROWS, WIDTH, 1e-5),
        "Norm.backward", () -> Norm.backward(m[0], m[1], m[2], m[3], m[4], ROWS, WIDTH, 1e-5),
        "Sums.add", () -> Sums.add(m[0], m[1], m[2], (long) ROWS * WIDTH),
        "SwiGlu.forward", () -> SwiGlu.forward(m[0], m[1], ROWS, half),
        "SwiGlu.backward", () -> SwiGlu.backward(m[0], m[1], m[2], m[3], ROWS, half),
        "CrossEntropy.gradient", () -> CrossEntropy.gradient(m[0], m[1], m[2], m[3], ROWS, WIDTH),
        "Rotation.turn",
            () -> Rotation.turn(m[0], WIDTH, m[1], WIDTH, m[2], m[3], ROWS, 8, 128, 64, 1),
        "AttentionRows.gradient",
            () -> attention.gradient(starts, ROWS, m[0], m[1], m[2], m[3], m[4], m[5], m[6]));
  }
}

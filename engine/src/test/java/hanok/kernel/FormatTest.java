package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kernel against the scalar definition of its format. */
class FormatTest {

  @ParameterizedTest
  @EnumSource
  void dotAgreesWithDequantize(GgmlType type) {
    Random random = new Random(type.id());
    Format format = Format.of(type);
    int block = Math.max(type.blockSize(), format.rounding().block());
    for (int n : new int[] {block, 3 * block, 13 * block, 4096, 14336}) {
      MemorySegment rows = RandomRows.of(type, n, random);
      Activations x = activations(format, gaussian(n, random));
      Exact exact = exact(format, rows, x);
      assertThat((double) format.dot(rows, 0, x, 0))
          .as("n %d", n)
          .isCloseTo(exact.sum(), within(2e-6 * exact.absolute()));
    }
  }

  /** All levels at their extremes and every weight at its own: nothing may overflow 16 bits. */
  @ParameterizedTest
  @EnumSource
  void dotTakesExtremeBytesAndScales(GgmlType type) {
    Format format = Format.of(type);
    float[] scales = {0, 0x1p-24f, 0x1.ff8p-15f, 1, 65504, -65504};
    for (int fill : new int[] {0x00, 0xFF, 0x0F, 0xF0, 0x80, 0x7F}) {
      for (float scale : scales) {
        byte[] bytes = new byte[Math.toIntExact(type.bytes(512))];
        Arrays.fill(bytes, (byte) fill);
        MemorySegment rows = RandomRows.offHeap(bytes);
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
          for (int offset : RandomRows.halves(type)) {
            rows.set(Lanes.SHORT, block + offset, Float.floatToFloat16(scale));
          }
        }
        for (float sign : new float[] {-1, 1}) {
          float[] values = new float[512];
          Arrays.fill(values, sign);
          Activations x = activations(format, values);
          Exact exact = exact(format, rows, x);
          if (exact.absolute() < Float.MAX_VALUE) {
            assertThat((double) format.dot(rows, 0, x, 0))
                .as("bytes 0x%02x, scale %s, x %s", fill, scale, sign)
                .isCloseTo(exact.sum(), within(1e-6 * exact.absolute()));
          }
        }
      }
    }
  }

  /** A vector that escapes to the heap costs 4x or more; nothing else in a kernel may allocate. */
  @ParameterizedTest
  @EnumSource
  void dotAllocatesNothingOnceCompiled(GgmlType type) {
    Format format = Format.of(type);
    Random random = new Random(1);
    MemorySegment rows = RandomRows.of(type, 1024, random);
    Activations x = activations(format, gaussian(1024, random));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float sink = 0;
    long bytes = Long.MAX_VALUE;
    // The compiler works in the background: give it time, and end as soon as it is done.
    for (int round = 0; round < 300 && bytes >= 1000; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        sink += format.dot(rows, 0, x, 0);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).as("bytes allocated by 1000 dots (sum %s)", sink).isLessThan(1000);
  }

  @ParameterizedTest
  @EnumSource
  void dotReadsItsRowAndItsTokenOnly(GgmlType type) {
    Format format = Format.of(type);
    Random random = new Random(3);
    int n = 512;
    MemorySegment rows = RandomRows.of(type, 3 * n, random);
    float[] x = gaussian(3 * n, random);
    float[] alone = Arrays.copyOfRange(x, n, 2 * n);
    MemorySegment row = rows.asSlice(type.bytes(n), type.bytes(n));
    Activations batch = new Activations(3, n);
    batch.set(x, 0, 3, n);
    batch.round(format.rounding());
    assertThat(format.dot(rows, type.bytes(n), batch, 1))
        .isEqualTo(format.dot(row, 0, activations(format, alone), 0));
  }

  @ParameterizedTest
  @EnumSource
  void notANumberInTheActivationsComesThrough(GgmlType type) {
    Format format = Format.of(type);
    Random random = new Random(5);
    float[] x = gaussian(512, random);
    x[300] = Float.NaN;
    assertThat(format.dot(RandomRows.of(type, 512, random), 0, activations(format, x), 0)).isNaN();
  }

  @Test
  void refusesToReadWhatWasNotRounded() {
    Activations x = new Activations(1, 256);
    x.set(new float[256], 0, 1, 256);
    MemorySegment rows = RandomRows.of(GgmlType.Q4_K, 256, new Random(1));
    assertThatThrownBy(() -> new Q4_K().dot(rows, 0, x, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not rounded");
  }

  private static Activations activations(Format format, float[] x) {
    Activations activations = new Activations(1, x.length);
    activations.set(x, 0, 1, x.length);
    activations.round(format.rounding());
    return activations;
  }

  private static float[] gaussian(int n, Random random) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /**
   * A dot product in double, of the activations as they are rounded.
   *
   * @param absolute the sum of the magnitudes, which the error of float arithmetic scales with
   */
  private record Exact(double sum, double absolute) {}

  private static Exact exact(Format format, MemorySegment rows, Activations x) {
    float[] w = new float[x.columns()];
    format.dequantize(rows, 0, w, w.length);
    float[] values =
        switch (format.rounding()) {
          case NONE -> x.values();
          case BY_32 -> x.by32().values;
          case BY_256 -> x.by256().values;
        };
    double sum = 0;
    double absolute = 0;
    for (int i = 0; i < w.length; i++) {
      sum += (double) w[i] * values[i];
      absolute += Math.abs((double) w[i] * values[i]);
    }
    return new Exact(sum, absolute);
  }
}

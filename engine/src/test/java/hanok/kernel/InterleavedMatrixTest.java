package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import hanok.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InterleavedMatrixTest {
  private final Random random = new Random(3);
  private final Arena arena = Arena.ofAuto();

  /** Rows that fill groups, that do not, and whole, odd and single units of columns. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 16, 64", "Q4_0, 53, 192", "Q4_0, 40, 1024",
    "Q8_0, 16, 64", "Q8_0, 53, 192", "Q8_0, 40, 1024",
    "Q4_K, 16, 256", "Q4_K, 53, 768", "Q4_K, 40, 1024",
    "Q5_K, 16, 256", "Q5_K, 53, 768", "Q5_K, 40, 1024",
    "Q6_K, 16, 256", "Q6_K, 53, 768", "Q6_K, 40, 1024",
  })
  void givesWhatTheRowsOfTheFileGive(GgmlType type, int rows, int columns) {
    RowMatrix source = source(type, rows, columns);
    Activations x = activations(3, columns);
    x.round(source.rounding());
    float[] expected = new float[3 * rows];
    source.multiply(0, rows, x, expected, 0, rows);
    float[] actual = new float[3 * rows];
    interleave(source).multiply(0, rows, x, actual, 0, rows);

    float largest = 0;
    for (float y : expected) {
      largest = Math.max(largest, Math.abs(y));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("output %d", i).isCloseTo(expected[i], within(2e-6f * largest));
    }
  }

  /** The largest weights and activations that there are add up without a carry lost. */
  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void doesNotOverflow(GgmlType type) {
    for (int fill : new int[] {0x00, 0x7F, 0x80, 0xFF}) {
      RowMatrix source = source(type, 16, 256);
      source.data().fill((byte) fill);
      for (int block = 0; block < source.data().byteSize(); block += type.blockBytes()) {
        for (int half : RandomRows.halves(type)) {
          source.data().set(Lanes.SHORT, block + half, Float.floatToFloat16(0.01f));
        }
      }
      for (int sign = 0; sign < 4; sign++) {
        float[] values = new float[256];
        for (int i = 0; i < values.length; i++) {
          values[i] = (sign & 1 << i % 2) == 0 ? 127 : -127;
        }
        Activations x = new Activations(1, 256);
        x.set(values, 0, 1, 256);
        x.round(source.rounding());
        float[] expected = new float[16];
        source.multiply(0, 16, x, expected, 0, 0);
        float[] actual = new float[16];
        interleave(source).multiply(0, 16, x, actual, 0, 0);
        float scale = Math.max(1, Math.abs(expected[0]));
        assertThat(actual[0]).isCloseTo(expected[0], within(1e-4f * scale));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void givesEachTokenTheSameAloneAsInABatch(GgmlType type) {
    InterleavedMatrix w = interleave(source(type, 53, 768));
    for (int tokens : new int[] {2, 3, 17}) {
      Activations batch = activations(tokens, 768);
      batch.round(w.rounding());
      float[] together = new float[tokens * 60];
      w.multiply(0, 53, batch, together, 0, 60);
      Activations single = new Activations(1, 768);
      for (int token = 0; token < tokens; token++) {
        single.set(batch.values(), token * 768, 1, 768);
        single.round(w.rounding());
        float[] alone = new float[53];
        w.multiply(0, 53, single, alone, 0, 0);
        assertThat(Arrays.copyOfRange(together, token * 60, token * 60 + 53))
            .as("%d of %d tokens", token, tokens)
            .isEqualTo(alone);
      }
    }
  }

  /** Bytes are as good as the rounding of activations: some 1e-4 of the power is lost to each. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 53, 256",
    "Q8_0, 53, 768",
    "Q4_K, 53, 768",
    "Q5_K, 53, 768",
    "Q6_K, 53, 768",
    "Q5_K, 16, 256",
    "Q5_K, 300, 1024"
  })
  void multipliesManyTokensAsBytes(GgmlType type, int rows, int columns) {
    assumeThat(OneDnn.find()).as("oneDNN").isPresent();
    RowMatrix source = source(type, rows, columns);
    Activations x = activations(33, columns);
    float[] expected = new float[33 * rows];
    float[] actual = new float[33 * rows];
    try (WorkerPool pool = new WorkerPool(2)) {
      MatMul matMul = new MatMul(pool);
      matMul.multiply(source, x, expected, 0, rows);
      matMul.multiply(interleave(source, true), x, actual, 0, rows);
    }
    double error = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      power += Math.pow(expected[i], 2);
    }
    assertThat(error / power).isLessThan(2e-4);
  }

  @Test
  void takesOnlyWhatHasAnInterleavedForm() {
    assertThat(InterleavedMatrix.of(source(GgmlType.F16, 64, 256), arena, false)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q2_K, 64, 256), arena, false)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q4_0, 64, 96), arena, false)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q4_0, 15, 128), arena, false)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void allocatesNothing(GgmlType type) {
    InterleavedMatrix w = interleave(source(type, 64, 1024));
    Activations x = activations(1, 1024);
    x.round(w.rounding());
    float[] y = new float[64];
    for (int i = 0; i < 20_000; i++) {
      w.multiply(0, 64, x, y, 0, 0);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      w.multiply(0, 64, x, y, 0, 0);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1024);
  }

  private InterleavedMatrix interleave(RowMatrix source) {
    return interleave(source, false);
  }

  private InterleavedMatrix interleave(RowMatrix source, boolean oneDnn) {
    InterleavedMatrix w = InterleavedMatrix.of(source, arena, oneDnn).orElseThrow();
    long groupBytes = 16 * source.rowBytes();
    for (int row = 0; row < w.groupedRows(); row += 16) { // each group by itself
      w.pack(row, source.data().asSlice(row * source.rowBytes(), groupBytes));
    }
    return w;
  }

  private RowMatrix source(GgmlType type, int rows, int columns) {
    return new RowMatrix(
        Format.of(type), RandomRows.of(type, rows * columns, random), rows, columns);
  }

  private Activations activations(int tokens, int columns) {
    float[] values = new float[tokens * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Activations x = new Activations(tokens, columns);
    x.set(values, 0, tokens, columns);
    return x;
  }
}

package hanok.kernel;

import static hanok.kernel.Arithmetic.EXACT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import hanok.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InterleavedMatrixTest {
  private final Random random = new Random(3);
  private final Arena arena = Arena.ofAuto();
  private final WorkerPool pool = new WorkerPool(2);

  @AfterEach
  void closePool() {
    pool.close();
  }

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
    float[] expected = multiply(source, x);
    float[] actual = multiply(interleave(source), x);

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
        for (int tokens = 1; tokens <= 2; tokens++) {
          Activations x = new Activations(tokens, 256);
          float[] batch = x.begin(tokens, 256);
          for (int i = 0; i < batch.length; i++) {
            batch[i] = values[i % 256];
          }
          float[] expected = multiply(source, x);
          float[] actual = multiply(interleave(source), x);
          float scale = Math.max(1, Math.abs(expected[0]));
          assertThat(actual[0]).isCloseTo(expected[0], within(1e-4f * scale));
          assertThat(actual[actual.length - 1]).isEqualTo(actual[0]);
        }
      }
    }
  }

  /** Columns that are no whole number of slices, rows that fill no tile, tokens that no eight. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 53, 768",
    "Q8_0, 53, 768",
    "Q4_K, 53, 768",
    "Q5_K, 53, 768",
    "Q6_K, 53, 768",
    "Q4_0, 150, 320",
    "Q8_0, 150, 320",
    "Q5_K, 301, 1024",
    "Q6_K, 301, 1024"
  })
  void givesEachTokenTheSameAloneAsInABatch(GgmlType type, int rows, int columns) {
    InterleavedMatrix w = interleave(source(type, rows, columns));
    for (int tokens : new int[] {2, 3, 4, 5, 8, 9, 15, 16, 17, 41}) {
      Activations batch = activations(tokens, columns);
      float[] together = multiply(w, batch);
      Activations single = new Activations(1, columns);
      for (int token = 0; token < tokens; token++) {
        single.set(batch.values(), token * columns, 1, columns);
        assertThat(Arrays.copyOfRange(together, token * rows, token * rows + rows))
            .as("%d of %d tokens", token, tokens)
            .isEqualTo(multiply(w, single));
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
    assertThat(error(type, rows, columns, Arithmetic.BYTES)).isLessThan(2e-4);
  }

  /** Q4_0 and Q8_0 round activations by 256 then, not by 32. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 53, 256, 1e-4",
    "Q8_0, 53, 768, 1e-4",
    "Q4_K, 53, 768, 1e-11",
    "Q5_K, 53, 768, 1e-11",
    "Q6_K, 53, 768, 1e-11",
    "Q5_K, 300, 1024, 1e-11"
  })
  void multipliesManyTokensAsFloats(GgmlType type, int rows, int columns, double tolerance) {
    assertThat(error(type, rows, columns, Arithmetic.FLOATS)).isLessThan(tolerance);
  }

  /** Of 33 tokens, against the rows of the file. */
  private double error(GgmlType type, int rows, int columns, Arithmetic arithmetic) {
    RowMatrix source = source(type, rows, columns);
    Activations x = activations(33, columns);
    float[] expected = multiply(source, x);
    float[] actual = multiply(interleave(source, arithmetic), x);
    double error = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      power += Math.pow(expected[i], 2);
    }
    return error / power;
  }

  private float[] multiply(Matrix w, Activations x) {
    float[] y = new float[x.tokens() * w.rows()];
    new MatMul(pool).multiply(w, x, y, 0, w.rows());
    return y;
  }

  @Test
  void takesOnlyWhatHasAnInterleavedForm() {
    assertThat(InterleavedMatrix.of(source(GgmlType.F16, 64, 256), arena, EXACT)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q2_K, 64, 256), arena, EXACT)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q4_0, 64, 96), arena, EXACT)).isEmpty();
    assertThat(InterleavedMatrix.of(source(GgmlType.Q4_0, 15, 128), arena, EXACT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_0, 1, EXACT", "Q8_0, 1, EXACT", "Q4_K, 1, EXACT", "Q5_K, 1, EXACT", "Q6_K, 1, EXACT",
    "Q4_0, 5, EXACT", "Q8_0, 5, EXACT", "Q4_K, 5, EXACT", "Q5_K, 5, EXACT", "Q6_K, 5, EXACT",
    "Q4_0, 20, FLOATS", "Q8_0, 20, FLOATS", "Q5_K, 20, FLOATS", "Q6_K, 20, FLOATS"
  })
  void allocatesNothing(GgmlType type, int tokens, Arithmetic arithmetic) {
    InterleavedMatrix w = interleave(source(type, 64, 1024), arithmetic);
    Activations x = activations(tokens, 1024);
    x.prepare(w.rounding(), w.layout(tokens), pool);
    float[] y = new float[tokens * 64];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    // The compiler works in the background: give it time, and end as soon as it is done.
    for (int round = 0; round < 300 && bytes >= 1024; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        w.multiply(0, 64, x, y, 0, 64);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).isLessThan(1024);
  }

  private InterleavedMatrix interleave(RowMatrix source) {
    return interleave(source, EXACT);
  }

  private InterleavedMatrix interleave(RowMatrix source, Arithmetic arithmetic) {
    InterleavedMatrix w = InterleavedMatrix.of(source, arena, arithmetic).orElseThrow();
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

package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import hanok.gguf.GgmlType;
import hanok.gguf.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class MatMulTest {
  private static final int COLUMNS = 512;

  private final WorkerPool pool = new WorkerPool(3);
  private final MatMul matMul = new MatMul(pool);
  private final Random random = new Random(11);

  @AfterEach
  void closePool() {
    pool.close();
  }

  @ParameterizedTest
  @EnumSource
  void givesEachTokenTheSameAloneAsInABatch(GgmlType type) {
    int rows = 301;
    RowMatrix w = matrix(type, rows);
    float[] x = activations(5);
    Activations batch = new Activations(8, COLUMNS);
    batch.set(x, 0, 5, COLUMNS);
    float[] together = new float[7 + 5 * 310];
    matMul.multiply(w, batch, together, 7, 310);

    Activations single = new Activations(1, COLUMNS);
    for (int token = 0; token < 5; token++) {
      single.set(x, token * COLUMNS, 1, COLUMNS);
      float[] alone = new float[rows];
      matMul.multiply(w, single, alone, 0, 0);
      int start = 7 + token * 310;
      assertThat(Arrays.copyOfRange(together, start, start + rows))
          .as("token %d", token)
          .isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOutputIsTheDotOfItsRow(GgmlType type) {
    RowMatrix w = matrix(type, 37);
    Activations x = new Activations(2, COLUMNS);
    x.set(activations(2), 0, 2, COLUMNS);
    float[] y = new float[2 * 37];
    matMul.multiply(w, x, y, 0, 37);
    x.round(w.format().rounding());
    for (int token = 0; token < 2; token++) {
      for (int row = 0; row < 37; row++) {
        assertThat(y[token * 37 + row])
            .isEqualTo(w.format().dot(w.data(), row * w.rowBytes(), x, token));
      }
    }
  }

  @Test
  void runsSeveralProductsOfOneInputAtOnce() {
    RowMatrix q = matrix(GgmlType.Q4_K, 700);
    RowMatrix k = matrix(GgmlType.F16, 90);
    RowMatrix v = matrix(GgmlType.Q6_K, 1);
    Activations x = new Activations(1, COLUMNS);
    x.set(activations(1), 0, 1, COLUMNS);
    float[] all = new float[791];
    matMul.add(q, all, 0, 0);
    matMul.add(k, all, 700, 0);
    matMul.add(v, all, 790, 0);
    matMul.run(x);

    float[] each = new float[791];
    matMul.multiply(q, x, each, 0, 0);
    matMul.multiply(k, x, each, 700, 0);
    matMul.multiply(v, x, each, 790, 0);
    assertThat(all).isEqualTo(each).doesNotContain(0);
  }

  @Test
  void saysWhichNumbersDisagree() {
    RowMatrix w = matrix(GgmlType.F32, 10);
    Activations x = new Activations(2, 256);
    x.set(new float[512], 0, 2, 256);
    assertThatThrownBy(() -> matMul.multiply(w, x, new float[20], 0, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512")
        .hasMessageContaining("256");
    Activations fits = new Activations(2, COLUMNS);
    fits.set(new float[2 * COLUMNS], 0, 2, COLUMNS);
    assertThatThrownBy(() -> matMul.multiply(w, fits, new float[19], 0, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("19");
    assertThatThrownBy(() -> matMul.multiply(w, fits, new float[100], 0, 9))
        .isInstanceOf(IllegalArgumentException.class);
    float[] y = new float[20];
    Arrays.fill(y, 1);
    matMul.multiply(w, fits, y, 0, 10);
    assertThat(y).as("after refusals").containsOnly(0f);
  }

  @Test
  void matrixRefusesDataOfAnotherSize() {
    assertThatThrownBy(
            () -> new RowMatrix(new F32(), RandomRows.of(GgmlType.F32, 100, random), 5, 21))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("420")
        .hasMessageContaining("400");
    assertThatThrownBy(() -> matrix(GgmlType.Q8_0, 3).row(3, new float[COLUMNS]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void matrixOfATensorReadsItsRows() {
    RowMatrix matrix = matrix(GgmlType.Q5_K, 4);
    Tensor tensor = new Tensor("w", GgmlType.Q5_K, new long[] {COLUMNS, 2, 2}, matrix.data());
    float[] expected = new float[COLUMNS];
    float[] actual = new float[COLUMNS];
    matrix.format().dequantize(matrix.data(), 3 * matrix.rowBytes(), expected, COLUMNS);
    RowMatrix.of(tensor).row(3, actual);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void allocatesNothingPerProduct() {
    RowMatrix w = matrix(GgmlType.Q4_0, 200);
    Activations x = new Activations(2, COLUMNS);
    float[] input = activations(2);
    float[] y = new float[400];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < 100 && bytes >= 1000; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        x.set(input, 0, 2, COLUMNS);
        matMul.multiply(w, x, y, 0, 200);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).as("bytes allocated by 100 products").isLessThan(1000);
  }

  private RowMatrix matrix(GgmlType type, int rows) {
    return new RowMatrix(
        Format.of(type), RandomRows.of(type, rows * COLUMNS, random), rows, COLUMNS);
  }

  private float[] activations(int tokens) {
    float[] x = new float[tokens * COLUMNS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}

package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTileTest {
  private static final int TILE = 32;
  private final Random random = new Random(5);

  /** Rows that share loads and rows that are left over, tiles that are whole and that are not. */
  @ParameterizedTest
  @CsvSource({"1, 1, 16", "3, 5, 16", "4, 32, 32", "5, 33, 64", "8, 100, 128"})
  void isSoftmaxAttention(int rows, int positions, int length) {
    int width = Math.ceilDiv(length, 16) * 16;
    float[][] queries = gaussian(rows, length, 3);
    float[][] keys = gaussian(positions, length, 1);
    float[][] values = gaussian(positions, length, 1);
    AttentionTile tile = new AttentionTile(width, TILE, rows);
    for (int row = 0; row < rows; row++) {
      tile.begin(row, queries[row], 0, length, 0.25f);
    }
    for (int start = 0; start < positions; start += TILE) {
      int count = Math.min(TILE, positions - start);
      fill(tile, keys, values, start, count, width);
      tile.attend(0, rows, count);
    }
    for (int row = 0; row < rows; row++) {
      float[] actual = new float[length];
      tile.end(row, actual, 0, length);
      double[] expected = attention(queries[row], keys, values);
      for (int i = 0; i < length; i++) {
        assertThat((double) actual[i]).as("row %d", row).isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @Test
  void allocatesNothing() {
    AttentionTile tile = new AttentionTile(128, 128, 4);
    float[] query = gaussian(1, 128, 1)[0];
    attendOften(tile, query, 30_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    attendOften(tile, query, 100);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1024);
  }

  private static void attendOften(AttentionTile tile, float[] query, int times) {
    for (int i = 0; i < times; i++) {
      for (int row = 0; row < 4; row++) {
        tile.begin(row, query, 0, 128, 1);
      }
      tile.attend(0, 4, 128);
      tile.end(0, query, 0, 128);
    }
  }

  private static void fill(
      AttentionTile tile, float[][] keys, float[][] values, int start, int count, int width) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < keys[0].length; j++) {
        tile.keys()[i / 16 * 16 * width + j * 16 + i % 16] = keys[start + i][j];
        tile.values()[i * width + j] = values[start + i][j];
      }
    }
  }

  private static double[] attention(float[] query, float[][] keys, float[][] values) {
    double[] result = new double[query.length];
    double sum = 0;
    for (int position = 0; position < keys.length; position++) {
      double score = 0;
      for (int i = 0; i < query.length; i++) {
        score += 0.25 * query[i] * keys[position][i];
      }
      double weight = Math.exp(score);
      sum += weight;
      for (int i = 0; i < result.length; i++) {
        result[i] += weight * values[position][i];
      }
    }
    for (int i = 0; i < result.length; i++) {
      result[i] /= sum;
    }
    return result;
  }

  private float[][] gaussian(int rows, int n, float scale) {
    float[][] x = new float[rows][n];
    for (float[] row : x) {
      for (int i = 0; i < n; i++) {
        row[i] = scale * (float) random.nextGaussian();
      }
    }
    return x;
  }
}

package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each loop against scalar code in double, with guards around the range that it may touch. */
class VectorMathTest {
  private static final int OFFSET = 3;

  private final Random random = new Random(9);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, 207, 4098})
  void dotAndSumOfSquares(int n) {
    float[] a = gaussian(n, 1);
    float[] b = gaussian(n, 1);
    double dot = 0;
    double squares = 0;
    for (int i = OFFSET; i < OFFSET + n; i++) {
      dot += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
    }
    assertThat((double) VectorMath.dot(a, OFFSET, b, OFFSET, n)).isCloseTo(dot, within(1e-6 * n));
    assertThat((double) VectorMath.sumOfSquares(a, OFFSET, n)).isCloseTo(squares, within(1e-6 * n));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207, 4098})
  void sumsAndProducts(int n) {
    float[] x = gaussian(n, 1);
    float[] w = gaussian(n, 1);
    float[] y = gaussian(n, 1);
    float[] added = y.clone();
    float[] product = y.clone();
    VectorMath.add(added, OFFSET, x, OFFSET, n);
    VectorMath.scaleMultiply(product, OFFSET, 0.7f, x, OFFSET, w, n);
    for (int i = 0; i < y.length; i++) {
      boolean inside = i >= OFFSET && i < OFFSET + n;
      assertThat(added[i]).isEqualTo(inside ? y[i] + x[i] : y[i]);
      assertThat(product[i]).isEqualTo(inside ? 0.7f * x[i] * w[i - OFFSET] : y[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207, 4098})
  void exponentialsAreThoseInDouble(int n) {
    float[] x = gaussian(n, 12);
    float[] actual = x.clone();
    float max = VectorMath.max(x, OFFSET, n);
    double sum = 0;
    for (int i = OFFSET; i < OFFSET + n; i++) {
      assertThat(max).isGreaterThanOrEqualTo(x[i]);
      sum += Math.exp(x[i] - max);
    }
    double actualSum = VectorMath.expAndSum(actual, OFFSET, n, max);
    assertThat(actualSum).isCloseTo(sum, within(2e-6 * sum));
    for (int i = 0; i < x.length; i++) {
      boolean inside = i >= OFFSET && i < OFFSET + n;
      // The difference in float, which is where it rounds, is not what is tested here.
      double expected = inside ? Math.exp(x[i] - max) : x[i];
      assertThat((double) actual[i]).isCloseTo(expected, within(2e-6 * Math.abs(expected) + 1e-37));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207, 4098})
  void swiGluIsThatInDouble(int n) {
    float[] gate = gaussian(n, 30);
    float[] up = gaussian(n, 1);
    float[] actual = gate.clone();
    VectorMath.swiGlu(actual, up, actual, OFFSET, n);
    for (int i = 0; i < gate.length; i++) {
      boolean inside = i >= OFFSET && i < OFFSET + n;
      double expected = inside ? gate[i] / (1 + Math.exp(-(double) gate[i])) * up[i] : gate[i];
      assertThat((double) actual[i]).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-35));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void swiGluSaturates(int n) {
    float[] gate = new float[n];
    float[] up = new float[n];
    Arrays.fill(up, 2);
    for (float g : new float[] {-1e4f, -90, 90, 1e4f, Float.NaN}) {
      Arrays.fill(gate, g);
      VectorMath.swiGlu(gate, up, gate, 0, n);
      float expected = g > 0 ? 2 * g : Float.isNaN(g) ? g : 0;
      assertThat(gate[n - 1]).isCloseTo(expected, within(1e-30f));
    }
  }

  /** {@code n} values from {@link #OFFSET}, and as many guards on either side. */
  private float[] gaussian(int n, double scale) {
    float[] x = new float[n + 2 * OFFSET];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * scale);
    }
    return x;
  }
}

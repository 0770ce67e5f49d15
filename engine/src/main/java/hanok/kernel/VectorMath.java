package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Loops over float vectors. Any length is right; none allocates. */
public final class VectorMath {
  /** Below this exp is a subnormal number or zero, above the other it is infinite. */
  private static final float EXP_MIN = -87.3f;

  private static final float EXP_MAX = 88.3f;
  private static final float LOG2_E = 1.442695f;

  /** The natural logarithm of 2 in two parts, the first with few bits: its multiples are exact. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it leaves a float of small magnitude rounded to an integer, in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private VectorMath() {}

  /** The dot product of {@code a[aOffset, + n)} and {@code b[bOffset, + n)}. */
  public static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 2 * F.length(); i += 2 * F.length()) {
      int j = i + F.length();
      FloatVector a0 = FloatVector.fromArray(F, a, aOffset + i);
      FloatVector a1 = FloatVector.fromArray(F, a, aOffset + j);
      sum0 = a0.fma(FloatVector.fromArray(F, b, bOffset + i), sum0);
      sum1 = a1.fma(FloatVector.fromArray(F, b, bOffset + j), sum1);
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < n; i++) {
      sum += a[aOffset + i] * b[bOffset + i];
    }
    return sum;
  }

  /** The sum of the squares of {@code x[offset, + n)}. */
  public static float sumOfSquares(float[] x, int offset, int n) {
    return dot(x, offset, x, offset, n);
  }

  /** {@code y += x}, over {@code n} values. */
  public static void add(float[] y, int yOffset, float[] x, int xOffset, int n) {
    int i = 0;
    for (; i <= n - F.length(); i += F.length()) {
      FloatVector.fromArray(F, y, yOffset + i)
          .add(FloatVector.fromArray(F, x, xOffset + i))
          .intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] += x[xOffset + i];
    }
  }

  /** {@code y = scale * x * w}, over {@code n} values: the end of an RMS norm. */
  public static void scaleMultiply(
      float[] y, int yOffset, float scale, float[] x, int xOffset, float[] w, int n) {
    int i = 0;
    for (; i <= n - F.length(); i += F.length()) {
      FloatVector.fromArray(F, x, xOffset + i)
          .mul(scale)
          .mul(FloatVector.fromArray(F, w, i))
          .intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = scale * x[xOffset + i] * w[i];
    }
  }

  /** The largest of {@code x[offset, + n)}. */
  static float max(float[] x, int offset, int n) {
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - F.length(); i += F.length()) {
      max = max.max(FloatVector.fromArray(F, x, offset + i));
    }
    float result = max.reduceLanes(MAX);
    for (; i < n; i++) {
      result = Math.max(result, x[offset + i]);
    }
    return result;
  }

  /** {@code x = exp(x - max)}, over {@code n} values; returns the sum. */
  static float expAndSum(float[] x, int offset, int n, float max) {
    FloatVector sums = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - F.length(); i += F.length()) {
      FloatVector e = exp(FloatVector.fromArray(F, x, offset + i).sub(max));
      e.intoArray(x, offset + i);
      sums = sums.add(e);
    }
    float sum = Lanes.sum(sums);
    for (; i < n; i++) {
      x[offset + i] = (float) Math.exp(x[offset + i] - max);
      sum += x[offset + i];
    }
    return sum;
  }

  /**
   * {@code out = gate / (1 + exp(-gate)) * up}, over {@code [offset, offset + n)} of all three.
   *
   * @see <a href="https://arxiv.org/abs/2002.05202">GLU Variants Improve Transformer</a>
   */
  public static void swiGlu(float[] gate, float[] up, float[] out, int offset, int n) {
    int i = offset;
    int end = offset + n;
    for (; i <= end - F.length(); i += F.length()) {
      FloatVector g = FloatVector.fromArray(F, gate, i);
      FloatVector divisor = exp(g.neg()).add(1);
      g.div(divisor).mul(FloatVector.fromArray(F, up, i)).intoArray(out, i);
    }
    for (; i < end; i++) {
      out[i] = gate[i] / (1 + (float) Math.exp(-gate[i])) * up[i];
    }
  }

  /**
   * exp to 2e-7 relative: {@code 2^k * exp(r)} with a polynomial for {@code |r| <= ln(2) / 2}, the
   * one of Cephes' {@code expf}. Clamped to where the result is a normal number.
   */
  private static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(EXP_MIN).min(EXP_MAX);
    FloatVector k = clamped.mul(LOG2_E).add(ROUNDER).sub(ROUNDER);
    FloatVector r = k.neg().fma(FloatVector.broadcast(F, LN2_HIGH), clamped);
    return timesPowerOfTwo(polynomial(k.neg().fma(FloatVector.broadcast(F, LN2_LOW), r)), k);
  }

  private static FloatVector polynomial(FloatVector r) {
    FloatVector p = r.mul(1.9875691e-4f).add(1.3981999e-3f);
    p = p.fma(r, FloatVector.broadcast(F, 8.333452e-3f));
    p = p.fma(r, FloatVector.broadcast(F, 4.1665796e-2f));
    p = p.fma(r, FloatVector.broadcast(F, 0.16666666f));
    p = p.fma(r, FloatVector.broadcast(F, 0.5f));
    return p.fma(r.mul(r), r).add(1);
  }

  private static FloatVector timesPowerOfTwo(FloatVector x, FloatVector k) {
    IntVector exponent = ((IntVector) k.castShape(I, 0)).lanewise(LSHL, 23);
    return x.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }
}

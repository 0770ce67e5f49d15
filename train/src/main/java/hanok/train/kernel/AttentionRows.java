package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.exp;
import static hanok.train.kernel.Lanes.load;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.scalar;
import static hanok.train.kernel.Lanes.storeHalf;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The part of attention's gradient that is no product: with {@code p = exp(scale * q k' - lse)},
 * the gradient of {@code q k'} is {@code scale * p * (do v' - sum(do * o))}.
 *
 * @param firstToken of the rows; a token has {@code group} rows, its heads
 * @param firstKey of the columns, a token too
 * @param keys how many columns
 * @param headDim width of {@code o} and {@code do}
 */
public record AttentionRows(
    int firstToken, int group, int firstKey, int keys, int headDim, float scale) {

  /**
   * Rows of the gradient.
   *
   * @param starts of every token: the first that it attends to; the last is itself
   * @param scores floats, {@code q k'}, {@code [rows, keys]}
   * @param changes floats, {@code do v'}, {@code [rows, keys]}
   * @param mixed bfloat16, {@code o}, {@code [rows, headDim]}
   * @param gradient bfloat16, {@code do}, {@code [rows, headDim]}
   * @param logSums floats, {@code lse}, {@code [rows]}
   * @param shares out: bfloat16, {@code p}, {@code [rows, keys]}
   * @param slopes out: bfloat16, the gradient of the scores, {@code [rows, keys]}
   */
  public void gradient(
      int[] starts,
      int rows,
      long scores,
      long changes,
      long mixed,
      long gradient,
      long logSums,
      long shares,
      long slopes) {
    float[] p = new float[keys + F.length()];
    for (int row = 0; row < rows; row++) {
      int token = firstToken + row / group;
      int from = starts[token] - firstKey;
      int to = token + 1 - firstKey;
      long at = (long) row * keys;
      long narrow = 2L * row * headDim;
      shares(scores + 4 * at, p, from, to, scalar(logSums + 4L * row));
      Arrays.fill(p, 0, from, 0);
      Arrays.fill(p, to, keys, 0);
      float even = dot(mixed + narrow, gradient + narrow, headDim);
      slopes(p, changes + 4 * at, shares + 2 * at, slopes + 2 * at, even);
    }
  }

  private static float dot(long a, long b, int width) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < width; i += F.length()) {
      sum = loadHalf(a + 2L * i, width - i).fma(loadHalf(b + 2L * i, width - i), sum);
    }
    return Lanes.sum(sum);
  }

  /** {@code p} of whole vectors: what is before {@code from} and from {@code to} on is wrong. */
  private void shares(long scores, float[] shares, int from, int to, float logSum) {
    for (int i = from / F.length() * F.length(); i < to; i += F.length()) {
      exp(load(scores + 4L * i, keys - i).mul(scale).sub(logSum)).intoArray(shares, i);
    }
  }

  private void slopes(float[] p, long changes, long shares, long slopes, float even) {
    for (int i = 0; i < keys; i += F.length()) {
      FloatVector share = FloatVector.fromArray(F, p, i);
      storeHalf(share, shares + 2L * i, keys - i);
      FloatVector change = load(changes + 4L * i, keys - i).sub(even);
      storeHalf(share.mul(scale).mul(change), slopes + 2L * i, keys - i);
    }
  }
}

package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.load;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.storeHalf;

import jdk.incubator.vector.FloatVector;

/** RoPE of heads in bfloat16: element {@code i} turns with element {@code i + half}. */
public final class Rotation {
  private Rotation() {}

  /**
   * Turns the heads of some tokens; what lies behind the two halves of a head stays as it is.
   *
   * @param x heads of a token lie one behind the other, tokens {@code xStride} numbers apart
   * @param y out: the same, {@code yStride} apart; may be {@code x}
   * @param cos floats, {@code [tokens, half]}
   * @param sin floats, {@code [tokens, half]}
   * @param direction 1, or -1 to turn back
   */
  public static void turn(
      long x,
      int xStride,
      long y,
      int yStride,
      long cos,
      long sin,
      int tokens,
      int heads,
      int headDim,
      int half,
      float direction) {
    for (long token = 0; token < tokens; token++) {
      long turn = 4 * token * half;
      for (int head = 0; head < heads; head++) {
        long from = x + 2 * (token * xStride + (long) head * headDim);
        long to = y + 2 * (token * yStride + (long) head * headDim);
        turn(from, to, cos + turn, sin + turn, half, direction);
        copy(from + 4L * half, to + 4L * half, headDim - 2 * half);
      }
    }
  }

  private static void turn(long x, long y, long cos, long sin, int half, float direction) {
    for (int i = 0; i < half; i += F.length()) {
      int left = half - i;
      FloatVector a = loadHalf(x + 2L * i, left);
      FloatVector b = loadHalf(x + 2L * (half + i), left);
      FloatVector c = load(cos + 4L * i, left);
      FloatVector s = load(sin + 4L * i, left).mul(direction);
      storeHalf(a.mul(c).sub(b.mul(s)), y + 2L * i, left);
      storeHalf(b.mul(c).add(a.mul(s)), y + 2L * (half + i), left);
    }
  }

  private static void copy(long x, long y, int numbers) {
    for (int i = 0; i < numbers; i += F.length()) {
      storeHalf(loadHalf(x + 2L * i, numbers - i), y + 2L * i, numbers - i);
    }
  }

  /** Copies rows, {@code xStride} and {@code yStride} numbers apart. */
  public static void copy(long x, int xStride, long y, int yStride, int rows, int width) {
    for (long row = 0; row < rows; row++) {
      copy(x + 2 * row * xStride, y + 2 * row * yStride, width);
    }
  }
}

package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.constant;
import static hanok.train.kernel.Lanes.exp;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.storeHalf;

import jdk.incubator.vector.FloatVector;

/**
 * SwiGLU of rows: {@code y = silu(gate) * up}, where {@code silu(x) = x * s(x)} and {@code s(x) = 1
 * / (1 + exp(-x))}. Everything is bfloat16, and rounded once.
 */
public final class SwiGlu {
  private SwiGlu() {}

  /**
   * The forward pass.
   *
   * @param gateUp {@code [rows, 2 * width]}: gate, then up
   * @param y out: {@code [rows, width]}
   */
  public static void forward(long gateUp, long y, int rows, int width) {
    for (long row = 0; row < rows; row++) {
      row(gateUp + 4 * row * width, y + 2 * row * width, width);
    }
  }

  private static void row(long gate, long y, int width) {
    long up = gate + 2L * width;
    for (int i = 0; i < width; i += F.length()) {
      FloatVector x = loadHalf(gate + 2L * i, width - i);
      FloatVector active = x.div(exp(x.neg()).add(1));
      storeHalf(active.mul(loadHalf(up + 2L * i, width - i)), y + 2L * i, width - i);
    }
  }

  /**
   * The backward pass, which computes what went forward again.
   *
   * @param gateUp what went forward
   * @param dy gradient of the result, {@code [rows, width]}
   * @param y out: the result, as {@link #forward} gave it
   * @param gradient out: of {@code gateUp}
   */
  public static void backward(long gateUp, long dy, long y, long gradient, int rows, int width) {
    float[] shares = new float[width + F.length()];
    for (long row = 0; row < rows; row++) {
      long wide = 4 * row * width;
      long narrow = 2 * row * width;
      sigmoid(gateUp + wide, shares, width);
      backward(gateUp + wide, shares, dy + narrow, y + narrow, gradient + wide, width);
    }
  }

  /** By itself: together with what follows it is more than C2 keeps in registers. */
  private static void sigmoid(long x, float[] shares, int width) {
    for (int i = 0; i < width; i += F.length()) {
      FloatVector divisor = exp(loadHalf(x + 2L * i, width - i).neg()).add(1);
      constant(1).div(divisor).intoArray(shares, i);
    }
  }

  /** The slope of silu is {@code s * (1 + x * (1 - s))}. */
  private static void backward(
      long gate, float[] shares, long dy, long y, long gradient, int width) {
    long half = 2L * width;
    for (int i = 0; i < width; i += F.length()) {
      int left = width - i;
      FloatVector s = FloatVector.fromArray(F, shares, i);
      FloatVector active = loadHalf(gate + 2L * i, left).mul(s);
      FloatVector up = loadHalf(gate + half + 2L * i, left);
      FloatVector change = loadHalf(dy + 2L * i, left);
      storeHalf(active.mul(up), y + 2L * i, left);
      storeHalf(active.mul(change), gradient + half + 2L * i, left);
      FloatVector slope = s.add(active.mul(constant(1).sub(s)));
      storeHalf(slope.mul(up).mul(change), gradient + 2L * i, left);
    }
  }
}

package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.constant;
import static hanok.train.kernel.Lanes.load;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.store;
import static hanok.train.kernel.Lanes.storeHalf;

import jdk.incubator.vector.FloatVector;

/** RMSNorm of rows: {@code y = w * x * r} where {@code r = 1 / sqrt(mean(x^2) + eps)}. */
public final class Norm {
  private Norm() {}

  /**
   * The forward pass.
   *
   * @param x floats, {@code [rows, width]}
   * @param weight floats, {@code [width]}
   * @param y out: bfloat16, {@code [rows, width]}
   */
  public static void forward(long x, long weight, long y, int rows, int width, double eps) {
    for (long row = 0; row < rows; row++) {
      long from = x + 4 * row * width;
      scale(from, weight, y + 2 * row * width, width, inverse(dot(from, from, width), width, eps));
    }
  }

  private static float inverse(float squares, int width, double eps) {
    return (float) (1 / Math.sqrt(squares / (double) width + eps));
  }

  private static float dot(long a, long b, int width) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < width; i += F.length()) {
      sum = load(a + 4L * i, width - i).fma(load(b + 4L * i, width - i), sum);
    }
    return Lanes.sum(sum);
  }

  private static void scale(long x, long weight, long y, int width, float r) {
    for (int i = 0; i < width; i += F.length()) {
      FloatVector scaled = load(x + 4L * i, width - i).mul(r);
      storeHalf(scaled.mul(load(weight + 4L * i, width - i)), y + 2L * i, width - i);
    }
  }

  /**
   * The backward pass. With {@code s = sum(dy * w * x)} along a row, {@code dx = r * w * dy - x *
   * r^3 * s / width} and {@code dw = sum(dy * x * r)} over rows.
   *
   * @param x what went forward
   * @param dy gradient of the result, bfloat16, {@code [rows, width]}
   * @param dx floats: where the gradient of {@code x} is added
   * @param dw floats: where the gradient of the weight is added
   */
  public static void backward(
      long x, long weight, long dy, long dx, long dw, int rows, int width, double eps) {
    for (long row = 0; row < rows; row++) {
      long at = row * width;
      float r = inverse(dot(x + 4 * at, x + 4 * at, width), width, eps);
      float s = weighted(x + 4 * at, weight, dy + 2 * at, width);
      float pull = -(float) ((double) r * r * r * s / width);
      add(x + 4 * at, weight, dy + 2 * at, dx + 4 * at, dw, width, r, pull);
    }
  }

  private static float weighted(long x, long weight, long dy, int width) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < width; i += F.length()) {
      FloatVector product = load(x + 4L * i, width - i).mul(load(weight + 4L * i, width - i));
      sum = loadHalf(dy + 2L * i, width - i).fma(product, sum);
    }
    return Lanes.sum(sum);
  }

  private static void add(
      long x, long weight, long dy, long dx, long dw, int width, float r, float pull) {
    for (int i = 0; i < width; i += F.length()) {
      int left = width - i;
      FloatVector in = load(x + 4L * i, left);
      FloatVector scaled = loadHalf(dy + 2L * i, left).mul(r);
      FloatVector sum = in.fma(constant(pull), load(dx + 4L * i, left));
      store(scaled.fma(load(weight + 4L * i, left), sum), dx + 4L * i, left);
      store(scaled.fma(in, load(dw + 4L * i, left)), dw + 4L * i, left);
    }
  }
}

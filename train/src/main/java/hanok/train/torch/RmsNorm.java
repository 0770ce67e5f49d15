package hanok.train.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * RMSNorm: {@code y = w * x * r} where {@code r = 1 / sqrt(mean(x^2) + eps)}.
 *
 * @param weight {@code [dim]}
 */
record RmsNorm(Leaf weight, double eps, Passes passes) {

  /** {@code [tokens, dim]} in the master type to the type of computations. */
  Tensor forward(Tensor x) {
    return passes.norm(x, weight.value(), eps);
  }

  /**
   * With {@code s = sum(dy * w * x)} along a row, {@code dx = r * w * dy - x * r^3 * s / dim} and
   * {@code dw = sum(dy * x * r)} over rows.
   *
   * @param x what went forward
   * @param dy gradient of the result
   * @param dx where the gradient of {@code x} is added
   */
  void backward(Tensor x, Tensor dy, Tensor dx) {
    passes.normBackward(x, weight, eps, dy, dx);
  }
}

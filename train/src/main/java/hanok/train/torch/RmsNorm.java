package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.mv;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * RMSNorm: {@code y = w * x * r} where {@code r = 1 / sqrt(mean(x^2) + eps)}.
 *
 * @param weight {@code [dim]}
 */
record RmsNorm(Leaf weight, double eps) {

  /** {@code [tokens, dim]} to the same shape and type. */
  Tensor forward(Tensor x) {
    return x.mul(scale(x)).mul_(weight.value());
  }

  /**
   * With {@code s = sum(dy * w * x)} along a row, {@code dx = r * w * dy - x * r^3 * s / dim} and
   * {@code dw = sum(dy * x * r)} over rows.
   *
   * @param x what went forward
   * @param dy gradient of the result, of the type of {@code x}
   * @param dx where the gradient of {@code x} is added
   */
  void backward(Tensor x, Tensor dy, Tensor dx) {
    Tensor r = scale(x);
    Tensor product = dy.mul(x);
    Tensor s = mv(product, weight.value()).view(-1, 1);
    Tensor cubed = r.pow(new Scalar(3.0)).mul_(s);
    dx.addcmul_(x, cubed, new Scalar(-1.0 / x.size(1)));
    dx.addcmul_(dy.mul(weight.value()), r);
    if (weight.learns()) {
      weight.accumulate(mv(product.t(), r.view(-1)));
    }
  }

  /** {@code r}, {@code [tokens, 1]}. */
  private Tensor scale(Tensor x) {
    return linalg_vector_norm(x, new Scalar(2.0), new long[] {-1}, true, new ScalarTypeOptional())
        .square_()
        .mul_(new Scalar(1.0 / x.size(1)))
        .add_(new Scalar(eps))
        .rsqrt_();
  }
}

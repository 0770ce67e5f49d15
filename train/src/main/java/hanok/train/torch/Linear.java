package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.mm;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A product with a matrix, or with several of equal width at once, whose outputs then lie side by
 * side; parts of it may have adapters.
 *
 * @param weight {@code [out, in]}
 */
record Linear(Leaf weight, List<Adapter> adapters) {

  /**
   * What is added to some of the outputs: {@code scale * x * A' * B'}.
   *
   * @param a {@code [rank, in]}
   * @param b {@code [rows, rank]}
   * @param row the first of the outputs that it is added to
   */
  record Adapter(Leaf a, Leaf b, double scale, long row) {
    Tensor part(Tensor y) {
      return y.narrow(1, row, b.value().size(0));
    }
  }

  /** {@code [tokens, in]} to {@code [tokens, out]}. */
  Tensor forward(Tensor x) {
    Tensor y = mm(x, weight.value().t());
    for (Adapter adapter : adapters) {
      Tensor low = mm(x, adapter.a().value().t()).mul_(new Scalar(adapter.scale()));
      adapter.part(y).add_(mm(low, adapter.b().value().t()));
    }
    return y;
  }

  /**
   * Adds to the gradients of the weights, and returns that of {@code x}.
   *
   * @param x what went forward
   * @param dy gradient of the result
   */
  Tensor backward(Tensor x, Tensor dy) {
    if (weight.learns()) {
      weight.accumulate(mm(dy.t(), x));
    }
    Tensor dx = mm(dy, weight.value());
    for (Adapter adapter : adapters) {
      Tensor part = adapter.part(dy);
      Tensor low = mm(part, adapter.b().value()).mul_(new Scalar(adapter.scale()));
      Tensor up = mm(x, adapter.a().value().t()).mul_(new Scalar(adapter.scale()));
      adapter.a().accumulate(mm(low.t(), x));
      adapter.b().accumulate(mm(part.t(), up));
      dx.add_(mm(low, adapter.a().value()));
    }
    return dx;
  }
}

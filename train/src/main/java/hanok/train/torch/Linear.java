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
record Linear(Leaf weight, List<Adapter> adapters, Passes passes) {

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

    private Tensor low(Tensor dy) {
      return mm(part(dy), b.value()).mul_(new Scalar(scale));
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

  /** From the gradient of the result to that of what went forward. */
  Tensor back(Tensor dy) {
    Tensor dx = mm(dy, weight.value());
    for (Adapter adapter : adapters) {
      dx.add_(mm(adapter.low(dy), adapter.a().value()));
    }
    return dx;
  }

  /**
   * Adds to the gradients of the weights.
   *
   * @param x what went forward
   * @param dy gradient of the result
   */
  void learn(Tensor x, Tensor dy) {
    accumulate(weight, dy, x);
    for (Adapter adapter : adapters) {
      Tensor up = mm(x, adapter.a().value().t()).mul_(new Scalar(adapter.scale()));
      accumulate(adapter.a(), adapter.low(dy), x);
      accumulate(adapter.b(), adapter.part(dy), up);
    }
  }

  private void accumulate(Leaf leaf, Tensor dy, Tensor x) {
    if (leaf.gradient() != null) {
      passes.accumulate(leaf.gradient(), mm(dy.t(), x));
    }
  }
}

package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.linear;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jspecify.annotations.Nullable;

/**
 * A product with a matrix, or with several of equal width at once, whose outputs then lie side by
 * side; each may have an adapter.
 *
 * @param weight {@code [out, in]}
 * @param adapters one for each of the matrices that {@code weight} is made of; empty for none
 */
record Linear(Leaf weight, List<Adapter> adapters) {

  /**
   * What is added to the product with one matrix.
   *
   * @param a {@code [rank, in]}; null, as is {@code b}, where a matrix has no adapter
   * @param b {@code [out, rank]}
   * @param out rows of the matrix
   */
  record Adapter(@Nullable Leaf a, @Nullable Leaf b, double scale, long out) {}

  /** {@code [tokens, in]} to {@code [tokens, out]}. */
  Tensor apply(Tensor x) {
    Tensor product = linear(x, weight.value());
    if (adapters.isEmpty()) {
      return product;
    }
    TensorVector added = new TensorVector();
    for (Adapter adapter : adapters) {
      added.push_back(added(adapter, x));
    }
    return product.add(cat(added, 1));
  }

  private static Tensor added(Adapter adapter, Tensor x) {
    Leaf a = adapter.a();
    Leaf b = adapter.b();
    return a == null || b == null
        ? x.new_zeros(new long[] {x.size(0), adapter.out()})
        : linear(linear(x, a.value()), b.value()).mul(new Scalar(adapter.scale()));
  }

  /** The leaves that learn. */
  List<Leaf> learning() {
    List<Leaf> leaves = new ArrayList<>();
    if (weight.learns()) {
      leaves.add(weight);
    }
    for (Adapter adapter : adapters) {
      if (adapter.a() != null && adapter.b() != null) {
        leaves.add(adapter.a());
        leaves.add(adapter.b());
      }
    }
    return leaves;
  }
}

package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The output matrix and the cross-entropy behind it, some rows at a time: the logits of a whole
 * batch would be the largest thing in memory by far. The backward pass is written out: the gradient
 * of a row's logits is its softmax less one at the target.
 */
final class Head {
  /** Logits at a time, as numbers; a chunk has 256 rows at least, since products like that. */
  private static final long LOGITS = 1 << 22;

  private static final long ROWS_MIN = 256;

  private final Leaf weight;

  Head(Leaf weight) {
    this.weight = weight;
  }

  /**
   * The loss and what it does to the hidden states; the weight's gradient is added where it belongs.
   *
   * @param hidden {@code [rows, dim]}, in the master type
   * @param targets {@code [rows, 1]}
   * @param weights {@code [rows, 1]}, of the losses, in the master type
   * @param scale of the gradients besides
   * @param gradient out: of {@code hidden}
   * @return the weighted sum of losses, float64
   */
  Tensor backward(Tensor hidden, Tensor targets, Tensor weights, double scale, Tensor gradient) {
    try (NoGradGuard _ = new NoGradGuard()) {
      Tensor sum = zeros_like(weights.narrow(0, 0, 1)).to(ScalarType.Double);
      long step = step();
      for (long row = 0; row < hidden.size(0); row += step) {
        long rows = Math.min(step, hidden.size(0) - row);
        try (PointerScope _ = new PointerScope()) {
          Tensor x = hidden.narrow(0, row, rows).to(weight.value().scalar_type());
          Tensor target = targets.narrow(0, row, rows);
          Tensor share = weights.narrow(0, row, rows);
          Tensor logits = logProbabilities(x, hidden.scalar_type());
          Tensor nats = logits.gather(1, target).to(ScalarType.Double);
          sum.sub_(nats.mul(share).sum());
          Tensor error = logits.exp_();
          error.scatter_add_(1, target, full_like(share, new Scalar(-1.0)));
          Tensor factor = error.mul_(share.mul(new Scalar(scale))).to(x.scalar_type());
          gradient.narrow(0, row, rows).copy_(mm(factor, weight.value()));
          if (weight.learns()) {
            weight.accumulate(mm(factor.t(), x));
          }
        }
      }
      return sum;
    }
  }

  /** The loss of every row, {@code [rows, 1]}. */
  Tensor nats(Tensor hidden, Tensor targets) {
    try (NoGradGuard _ = new NoGradGuard()) {
      Tensor nats = hidden.new_empty(new long[] {targets.size(0), 1});
      long step = step();
      for (long row = 0; row < hidden.size(0); row += step) {
        long rows = Math.min(step, hidden.size(0) - row);
        try (PointerScope _ = new PointerScope()) {
          Tensor x = hidden.narrow(0, row, rows).to(weight.value().scalar_type());
          Tensor logits = logProbabilities(x, hidden.scalar_type());
          nats.narrow(0, row, rows).copy_(logits.gather(1, targets.narrow(0, row, rows)).neg());
        }
      }
      return nats;
    }
  }

  /** The logits themselves, {@code [rows, vocab]}. */
  Tensor logits(Tensor hidden) {
    return mm(hidden.to(weight.value().scalar_type()), weight.value().t());
  }

  private Tensor logProbabilities(Tensor x, ScalarType type) {
    return mm(x, weight.value().t()).log_softmax(-1, new ScalarTypeOptional(type));
  }

  private long step() {
    return Math.max(ROWS_MIN, LOGITS / weight.value().size(0));
  }
}

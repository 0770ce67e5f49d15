package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.dtype;
import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.mm_out;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The output matrix and the cross-entropy behind it, some rows at a time: the logits of a whole
 * batch would be the largest thing in memory by far.
 */
final class Head {
  /** Logits at a time, as numbers; a chunk has 256 rows at least, since products like that. */
  private static final long LOGITS = 1 << 22;

  private static final long ROWS_MIN = 256;

  private final Leaf weight;

  private final Passes passes;

  Head(Leaf weight, Passes passes) {
    this.weight = weight;
    this.passes = passes;
  }

  /**
   * The losses, and what they do to the hidden states; the weight's gradient is added where it
   * belongs.
   *
   * @param hidden {@code [rows, dim]}, in the type of computations
   * @param scale of the gradients besides the weights of the losses
   * @param gradient out: of {@code hidden}
   * @return the weighted sum of losses, a float64 scalar
   */
  Tensor backward(Tensor hidden, Targets targets, double scale, Tensor gradient) {
    Tensor sum = hidden.new_zeros(new long[0], dtype(ScalarType.Double));
    long step = step();
    for (long row = 0; row < hidden.size(0); row += step) {
      long rows = Math.min(step, hidden.size(0) - row);
      try (PointerScope _ = new PointerScope()) {
        Tensor share = targets.weights().narrow(0, row, rows);
        Tensor nats =
            backward(
                hidden.narrow(0, row, rows),
                targets.ids().narrow(0, row, rows),
                share.mul(new Scalar(scale)),
                gradient.narrow(0, row, rows));
        sum.add_(nats.to(ScalarType.Double).mul_(share).sum());
      }
    }
    return sum;
  }

  private Tensor backward(Tensor hidden, Tensor target, Tensor share, Tensor gradient) {
    Passes.Losses losses = passes.crossEntropy(logits(hidden), target, share);
    mm_out(gradient, losses.gradient(), weight.value());
    if (weight.gradient() != null) {
      passes.accumulate(weight.gradient(), mm(losses.gradient().t(), hidden));
    }
    return losses.nats();
  }

  /**
   * The loss of every row, {@code [rows, 1]}.
   *
   * @param type of the losses
   */
  Tensor nats(Tensor hidden, Tensor targets, ScalarType type) {
    Tensor nats = hidden.new_empty(new long[] {hidden.size(0), 1}, dtype(type));
    long step = step();
    for (long row = 0; row < hidden.size(0); row += step) {
      long rows = Math.min(step, hidden.size(0) - row);
      try (PointerScope _ = new PointerScope()) {
        Tensor some = nats.narrow(0, row, rows);
        Tensor logits = logits(hidden.narrow(0, row, rows));
        Tensor target = targets.narrow(0, row, rows);
        some.copy_(passes.crossEntropy(logits, target, some.fill_(new Scalar(1.0))).nats());
      }
    }
    return nats;
  }

  /** {@code [rows, dim]} to {@code [rows, vocab]}. */
  Tensor logits(Tensor hidden) {
    return mm(hidden, weight.value().t());
  }

  private long step() {
    return Math.max(ROWS_MIN, LOGITS / weight.value().size(0));
  }
}

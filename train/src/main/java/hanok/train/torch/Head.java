package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.mm;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
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

  Head(Leaf weight) {
    this.weight = weight;
  }

  /**
   * Softmax of some rows.
   *
   * @param shares {@code [rows, vocab]}
   * @param nats the losses, {@code [rows, 1]}
   */
  private record Softmax(Tensor shares, Tensor nats) {}

  /**
   * The loss and what it does to the hidden states; the weight's gradient is added where it
   * belongs.
   *
   * @param hidden {@code [rows, dim]}, in the master type
   * @param scale of the gradients besides the weights of the losses
   * @param gradient out: of {@code hidden}
   * @return the weighted sum of losses, a float64 scalar
   */
  Tensor backward(Tensor hidden, Targets targets, double scale, Tensor gradient) {
    Tensor sum = hidden.new_zeros(new long[0]).to(ScalarType.Double);
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

  /**
   * The gradient of a row's logits is its softmax less one at the target; what it is multiplied
   * with is multiplied with the hidden states, which are much narrower.
   */
  private Tensor backward(Tensor hidden, Tensor target, Tensor share, Tensor gradient) {
    Tensor x = hidden.to(weight.value().scalar_type());
    Softmax softmax = softmax(x, target, hidden.scalar_type());
    softmax.shares().scatter_add_(1, target, full_like(share, new Scalar(-1.0)));
    Tensor error = softmax.shares().to(x.scalar_type());
    gradient.copy_(mm(error, weight.value()));
    gradient.mul_(share);
    if (weight.learns()) {
      weight.accumulate(mm(error.t(), hidden.mul(share).to(x.scalar_type())));
    }
    return softmax.nats();
  }

  private Softmax softmax(Tensor x, Tensor target, ScalarType type) {
    // Step by step: libtorch's softmax takes twice the time of all of these.
    Tensor logits = logits(x).to(type);
    logits.sub_(logits.amax(new long[] {1}, true));
    Tensor chosen = logits.gather(1, target);
    Tensor raised = logits.exp_();
    Tensor sums = raised.sum(new long[] {1}, true, new ScalarTypeOptional());
    return new Softmax(raised.div_(sums), sums.log().sub_(chosen));
  }

  /** The loss of every row, {@code [rows, 1]}. */
  Tensor nats(Tensor hidden, Tensor targets) {
    Tensor nats = hidden.new_empty(hidden.size(0), 1);
    long step = step();
    for (long row = 0; row < hidden.size(0); row += step) {
      long rows = Math.min(step, hidden.size(0) - row);
      try (PointerScope _ = new PointerScope()) {
        Tensor x = hidden.narrow(0, row, rows).to(weight.value().scalar_type());
        Softmax softmax = softmax(x, targets.narrow(0, row, rows), hidden.scalar_type());
        nats.narrow(0, row, rows).copy_(softmax.nats());
      }
    }
    return nats;
  }

  /** {@code [rows, dim]} to {@code [rows, vocab]}. */
  Tensor logits(Tensor hidden) {
    return mm(hidden.to(weight.value().scalar_type()), weight.value().t());
  }

  private long step() {
    return Math.max(ROWS_MIN, LOGITS / weight.value().size(0));
  }
}

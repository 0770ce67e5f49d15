package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.dtype;

import hanok.train.kernel.CrossEntropy;
import hanok.train.kernel.Norm;
import hanok.train.kernel.Sums;
import hanok.train.kernel.SwiGlu;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Passes by the Vector API, on the CPU, in float32 and bfloat16: each takes the place of three to
 * nine of libtorch's. The thread that calls them computes all of it, see {@link Shares}.
 *
 * @param others what computes the rest
 */
record VectorPasses(TorchPasses others) implements Passes {
  private static final ScalarType HALF = ScalarType.BFloat16;

  @Override
  public Tensor norm(Tensor x, Tensor weight, double eps) {
    Tensor y = halves(x, x.size(0), x.size(1));
    Norm.forward(floats(x), floats(weight), halves(y), rows(x), width(x), eps);
    return y;
  }

  @Override
  public void normBackward(Tensor x, Leaf weight, double eps, Tensor dy, Tensor dx) {
    if (weight.gradient() == null || !isHalf(dy)) {
      others.normBackward(x, weight, eps, dy, dx);
    } else {
      Norm.backward(
          floats(x),
          floats(weight.value()),
          halves(dy),
          floats(dx),
          floats(weight.gradient()),
          rows(x),
          width(x),
          eps);
    }
  }

  @Override
  public Tensor sum(Tensor x, Tensor y) {
    Tensor sum = x.new_empty(x.size(0), x.size(1));
    Sums.add(floats(x), halves(y), floats(sum), x.numel());
    return sum;
  }

  @Override
  public void accumulate(Tensor gradient, Tensor more) {
    Sums.add(floats(gradient), halves(more), floats(gradient), gradient.numel());
  }

  @Override
  public Tensor swiGlu(Tensor gateUp) {
    Tensor hidden = halves(gateUp, gateUp.size(0), gateUp.size(1) / 2);
    SwiGlu.forward(halves(gateUp), halves(hidden), rows(gateUp), width(hidden));
    return hidden;
  }

  @Override
  public Gated swiGluBackward(Tensor gateUp, Tensor dy) {
    Tensor hidden = halves(dy, dy.size(0), dy.size(1));
    Tensor gradient = halves(gateUp, gateUp.size(0), gateUp.size(1));
    SwiGlu.backward(
        halves(gateUp), halves(dy), halves(hidden), halves(gradient), rows(dy), width(dy));
    return new Gated(hidden, gradient);
  }

  @Override
  public Losses crossEntropy(Tensor logits, Tensor targets, Tensor shares) {
    Tensor nats = shares.new_empty(shares.size(0), 1);
    CrossEntropy.gradient(
        halves(logits),
        address(targets, ScalarType.Long),
        floats(shares),
        floats(nats),
        rows(logits),
        width(logits));
    return new Losses(nats, logits);
  }

  private static Tensor halves(Tensor like, long... shape) {
    return like.new_empty(shape, dtype(HALF));
  }

  private static int rows(Tensor x) {
    return Math.toIntExact(x.size(0));
  }

  private static int width(Tensor x) {
    return Math.toIntExact(x.size(1));
  }

  private static boolean isHalf(Tensor x) {
    return x.scalar_type().intern() == HALF;
  }

  /** The address of floats. Kernels read whatever lies there, so it is looked at. */
  private static long floats(Tensor x) {
    return address(x, ScalarType.Float);
  }

  private static long halves(Tensor x) {
    return address(x, HALF);
  }

  private static long address(Tensor x, ScalarType type) {
    if (x.scalar_type().intern() != type || !x.is_contiguous() || !x.device().is_cpu()) {
      throw new IllegalStateException(
          "a kernel wants %s in one piece on the CPU, but has %s".formatted(type, x));
    }
    return x.data_ptr().address();
  }
}

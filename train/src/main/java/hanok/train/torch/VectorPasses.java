package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.dtype;

import hanok.model.ModelConfig;
import hanok.train.kernel.CrossEntropy;
import hanok.train.kernel.Norm;
import hanok.train.kernel.Rotation;
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

  @Override
  public Heads turn(Tensor projected, Rope.Rotation rotation, ModelConfig config) {
    long tokens = projected.size(0);
    Tensor query = halves(projected, tokens, config.heads(), config.headDim());
    Tensor key = halves(projected, tokens, config.kvHeads(), config.headDim());
    Tensor value = halves(projected, tokens, config.kvHeads(), config.headDim());
    int width = width(projected);
    long keys = halves(projected) + 2L * config.queryDim();
    long values = keys + 2L * config.kvDim();
    turn(halves(projected), width, halves(query), row(query), query, rotation, 1);
    turn(keys, width, halves(key), row(key), key, rotation, 1);
    Rotation.copy(values, width, halves(value), row(value), rows(value), row(value));
    return new Heads(query, key, value);
  }

  @Override
  public Tensor turnBack(Heads gradients, Rope.Rotation rotation) {
    Tensor query = gradients.query().to(HALF).contiguous();
    Tensor key = gradients.key().to(HALF).contiguous();
    Tensor value = gradients.value().to(HALF).contiguous();
    int width = row(query) + row(key) + row(value);
    Tensor projected = halves(query, query.size(0), width);
    long keys = halves(projected) + 2L * row(query);
    long values = keys + 2L * row(key);
    turn(halves(query), row(query), halves(projected), width, query, rotation, -1);
    turn(halves(key), row(key), keys, width, key, rotation, -1);
    Rotation.copy(halves(value), row(value), values, width, rows(value), row(value));
    return projected;
  }

  private static void turn(
      long x, int xStride, long y, int yStride, Tensor heads, Rope.Rotation by, float direction) {
    Rotation.turn(
        x,
        xStride,
        y,
        yStride,
        floats(by.cos()),
        floats(by.sin()),
        rows(heads),
        (int) heads.size(1),
        (int) heads.size(2),
        (int) by.cos().size(2),
        direction);
  }

  /** Numbers of a token. */
  private static int row(Tensor heads) {
    return Math.toIntExact(heads.size(1) * heads.size(2));
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
  static long floats(Tensor x) {
    return address(x, ScalarType.Float);
  }

  static long halves(Tensor x) {
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

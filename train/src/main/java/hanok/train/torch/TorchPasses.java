package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.dtype;
import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.mul_out;
import static org.bytedeco.pytorch.global.torch.mv;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.silu_backward_out;

import hanok.model.ModelConfig;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** Passes of libtorch's operations, on every device and in every type. */
record TorchPasses(Types types) implements Passes {
  @Override
  public Tensor norm(Tensor x, Tensor weight, double eps) {
    return x.mul(scale(x, eps)).mul_(weight).to(types.compute());
  }

  @Override
  public void normBackward(Tensor x, Leaf weight, double eps, Tensor dy, Tensor dx) {
    Tensor r = scale(x, eps);
    Tensor gradient = dy.to(types.master());
    Tensor product = gradient.mul(x);
    Tensor s = mv(product, weight.value()).view(-1, 1);
    Tensor cubed = r.pow(new Scalar(3.0)).mul_(s);
    dx.addcmul_(x, cubed, new Scalar(-1.0 / x.size(1)));
    dx.addcmul_(gradient.mul(weight.value()), r);
    if (weight.gradient() != null) {
      weight.gradient().add_(mv(product.t(), r.view(-1)));
    }
  }

  /** {@code 1 / sqrt(mean(x^2) + eps)}, {@code [tokens, 1]}. */
  private static Tensor scale(Tensor x, double eps) {
    return linalg_vector_norm(x, new Scalar(2.0), new long[] {-1}, true, new ScalarTypeOptional())
        .square_()
        .mul_(new Scalar(1.0 / x.size(1)))
        .add_(new Scalar(eps))
        .rsqrt_();
  }

  @Override
  public Tensor sum(Tensor x, Tensor y) {
    return x.add(y);
  }

  @Override
  public void accumulate(Tensor gradient, Tensor more) {
    gradient.add_(more);
  }

  @Override
  public Heads turn(Tensor projected, Rope.Rotation rotation, ModelConfig config) {
    long heads = config.heads();
    long kvHeads = config.kvHeads();
    Tensor all = projected.view(projected.size(0), heads + 2 * kvHeads, config.headDim());
    Tensor queryKey = all.narrow(1, 0, heads + kvHeads).to(types.master());
    Tensor turned = rotation.forward(queryKey).to(types.compute());
    return new Heads(
        turned.narrow(1, 0, heads),
        turned.narrow(1, heads, kvHeads),
        all.narrow(1, heads + kvHeads, kvHeads).contiguous()); // a view would keep all of it
  }

  @Override
  public Tensor turnBack(Heads gradients, Rope.Rotation rotation) {
    Tensor query = rotation.backward(gradients.query().to(types.master()));
    Tensor key = rotation.backward(gradients.key().to(types.master()));
    long tokens = query.size(0);
    long heads = query.size(1);
    long kvHeads = key.size(1);
    long[] shape = {tokens, heads + 2 * kvHeads, query.size(2)};
    Tensor all = query.new_empty(shape, dtype(types.compute()));
    all.narrow(1, 0, heads).copy_(query);
    all.narrow(1, heads, kvHeads).copy_(key);
    all.narrow(1, heads + kvHeads, kvHeads).copy_(gradients.value());
    return all.view(tokens, -1);
  }

  @Override
  public Tensor swiGlu(Tensor gateUp) {
    return silu(gate(gateUp)).mul_(up(gateUp));
  }

  @Override
  public Gated swiGluBackward(Tensor gateUp, Tensor dy) {
    Tensor active = silu(gate(gateUp));
    Tensor gradient = gateUp.new_empty(gateUp.size(0), gateUp.size(1));
    mul_out(up(gradient), dy, active);
    silu_backward_out(gate(gradient), dy.mul_(up(gateUp)), gate(gateUp));
    return new Gated(active.mul_(up(gateUp)), gradient);
  }

  /**
   * The gradient of a row's logits is its softmax less one at the target. Step by step: libtorch's
   * softmax takes twice the time of all of these.
   */
  @Override
  public Losses crossEntropy(Tensor logits, Tensor targets, Tensor shares) {
    Tensor raised = logits.to(types.master());
    raised.sub_(raised.amax(new long[] {1}, true));
    Tensor chosen = raised.gather(1, targets);
    raised.exp_();
    Tensor sums = raised.sum(new long[] {1}, true, new ScalarTypeOptional());
    raised.mul_(shares.div(sums));
    raised.scatter_add_(1, targets, shares.neg());
    return new Losses(sums.log().sub_(chosen), raised.to(types.compute()));
  }

  private static Tensor gate(Tensor gateUp) {
    return gateUp.narrow(1, 0, gateUp.size(1) / 2);
  }

  private static Tensor up(Tensor gateUp) {
    return gateUp.narrow(1, gateUp.size(1) / 2, gateUp.size(1) / 2);
  }
}

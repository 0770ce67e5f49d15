package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.mul_out;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.silu_backward_out;

import org.bytedeco.pytorch.Tensor;

/** SwiGLU: {@code down(silu(gate(x)) * up(x))}; gate and up are one matrix, one below the other. */
record FeedForward(Linear gateUp, Linear down) {

  /** What the hidden layer is computed from, {@code [tokens, 2 * ffnDim]}. */
  Tensor expand(Tensor x) {
    return gateUp.forward(x);
  }

  /** From {@link #expand}'s result to {@code [tokens, dim]}. */
  Tensor forward(Tensor expanded) {
    return down.forward(silu(gate(expanded)).mul_(up(expanded)));
  }

  /**
   * Adds to the gradients of the weights, and returns that of {@code x}.
   *
   * @param x what {@link #expand} was given
   * @param dy gradient of the result
   */
  Tensor backward(Tensor x, Tensor expanded, Tensor dy) {
    Tensor gate = gate(expanded);
    Tensor up = up(expanded);
    Tensor active = silu(gate);
    Tensor hidden = down.backward(active.mul(up), dy);
    Tensor gradient = expanded.new_empty(expanded.size(0), expanded.size(1));
    mul_out(up(gradient), hidden, active);
    silu_backward_out(gate(gradient), hidden.mul_(up), gate);
    return gateUp.backward(x, gradient);
  }

  private static Tensor gate(Tensor expanded) {
    return expanded.narrow(1, 0, expanded.size(1) / 2);
  }

  private static Tensor up(Tensor expanded) {
    return expanded.narrow(1, expanded.size(1) / 2, expanded.size(1) / 2);
  }
}

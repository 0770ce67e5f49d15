package hanok.train.torch;

import org.bytedeco.pytorch.Tensor;

/** SwiGLU: {@code down(silu(gate(x)) * up(x))}; gate and up are one matrix, one below the other. */
record FeedForward(Linear gateUp, Linear down, Passes passes) {

  /** What the hidden layer is computed from, {@code [tokens, 2 * ffnDim]}. */
  Tensor expand(Tensor x) {
    return gateUp.forward(x);
  }

  /** From {@link #expand}'s result to {@code [tokens, dim]}. */
  Tensor forward(Tensor expanded) {
    return down.forward(passes.swiGlu(expanded));
  }

  /**
   * Adds to the gradients of the weights, and returns that of {@code x}.
   *
   * @param x what {@link #expand} was given
   * @param dy gradient of the result
   */
  Tensor backward(Tensor x, Tensor expanded, Tensor dy) {
    Passes.Gated gated = passes.swiGluBackward(expanded, down.back(dy));
    down.learn(gated.hidden(), dy);
    gateUp.learn(x, gated.gradient());
    return gateUp.back(gated.gradient());
  }
}

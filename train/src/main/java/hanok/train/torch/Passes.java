package hanok.train.torch;

import hanok.model.ModelConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * What a step computes besides products of matrices: passes over memory. Products are in the type
 * of computations, what they are computed from and add to in the master type.
 */
interface Passes {

  /** The fastest there are. */
  static Passes of(Types types, Device device) {
    TorchPasses all = new TorchPasses(types);
    return device.is_cpu() && types.equals(Types.of(Precision.BF16)) ? new VectorPasses(all) : all;
  }

  /**
   * {@link RmsNorm}, {@code [tokens, dim]} in the master type to the type of computations.
   *
   * @param weight {@code [dim]}
   */
  Tensor norm(Tensor x, Tensor weight, double eps);

  /**
   * Adds the gradients of a norm.
   *
   * @param x what went forward
   * @param dy gradient of the result, in either type
   * @param dx where the gradient of {@code x} is added
   */
  void normBackward(Tensor x, Leaf weight, double eps, Tensor dy, Tensor dx);

  /** A sum in the master type of one in it and one in the type of computations. */
  Tensor sum(Tensor x, Tensor y);

  /** Adds to a gradient in the master type what is in the type of computations. */
  void accumulate(Tensor gradient, Tensor more);

  /**
   * Queries, keys and values, the first two turned.
   *
   * @param projected side by side, {@code [tokens, queryDim + 2 * kvDim]}
   */
  Heads turn(Tensor projected, Rope.Rotation rotation, ModelConfig config);

  /** The gradient of what {@link #turn} was given, of gradients of any type. */
  Tensor turnBack(Heads gradients, Rope.Rotation rotation);

  /** The hidden layer of {@link FeedForward}, {@code [tokens, 2 * ffnDim]} to half the width. */
  Tensor swiGlu(Tensor gateUp);

  /**
   * The hidden layer, and the gradient of what it is computed from.
   *
   * @param dy its gradient, which may be overwritten
   */
  Gated swiGluBackward(Tensor gateUp, Tensor dy);

  /**
   * The losses of some rows, {@code [rows, 1]} in the master type, and what they do to the logits.
   *
   * @param logits {@code [rows, vocab]}, which may be overwritten
   * @param targets {@code [rows, 1]}, longs
   * @param shares what gradients are multiplied with, {@code [rows, 1]} in the master type
   */
  Losses crossEntropy(Tensor logits, Tensor targets, Tensor shares);

  /** Losses, and their gradients in the type of computations. */
  record Losses(Tensor nats, Tensor gradient) {}

  /** A hidden layer, and the gradient of what it was computed from, of twice its width. */
  record Gated(Tensor hidden, Tensor gradient) {}
}

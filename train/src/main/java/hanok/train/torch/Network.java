package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.grad;

import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The layers, forward and backward. The forward pass keeps what went into each layer; the backward
 * pass goes from the last layer to the first, computes each again, now with autograd's graph, and
 * lets go of it: of all activations, those of one layer are in memory at a time.
 */
final class Network {
  private final ModelConfig config;
  private final Types types;
  private final boolean recompute;
  private final List<Block> blocks = new ArrayList<>();
  private final Leaf embedding;
  private final Leaf outputNorm;
  private final Head head;

  /** A layer's input, the leaf of its graph, and its output. */
  private record Layer(Tensor input, Tensor output) {}

  Network(Weights weights, boolean recompute) {
    config = weights.config();
    types = weights.types();
    this.recompute = recompute;
    for (int layer = 0; layer < config.layers(); layer++) {
      blocks.add(new Block(weights, layer));
    }
    embedding = weights.embedding();
    outputNorm = weights.outputNorm();
    head = new Head(weights.output());
  }

  /** The loss of every target, {@code [rows, 1]}. */
  Tensor nats(Inputs inputs, Tensor targets) {
    return head.nats(hidden(inputs), targets);
  }

  /** The logits of every token, {@code [tokens, vocab]}. */
  Tensor logits(Inputs inputs) {
    return head.logits(hidden(inputs));
  }

  private Tensor hidden(Inputs inputs) {
    PointerScope outer = PointerScope.getInnerScope();
    try (NoGradGuard _ = new NoGradGuard();
        PointerScope all = new PointerScope()) {
      Tensor x = embedded(inputs);
      for (Block block : blocks) {
        Tensor next = forward(block, x, inputs, all);
        all.detach(x);
        x = next;
      }
      return escape(Block.normed(x, outputNorm, config), all, outer);
    }
  }

  /**
   * Adds the gradients of {@code scale} times the weighted sum of losses.
   *
   * @return that sum without {@code scale}, float64
   */
  double backward(Inputs inputs, Targets targets, double scale) {
    try (PointerScope all = new PointerScope()) {
      List<Layer> layers = layers(inputs, all);
      Tensor last = layers.getLast().output().detach().set_requires_grad(true);
      Tensor hidden = Block.normed(last, outputNorm, config);
      Tensor chosen = targets.rows().map(rows -> hidden.index_select(0, rows)).orElse(hidden);
      Tensor error = empty_like(chosen.detach());
      Tensor sum = head.backward(chosen.detach(), targets.ids(), targets.weights(), scale, error);
      Tensor gradient = backward(chosen, error, last, normLeaves());
      for (int layer = blocks.size() - 1; layer >= 0; layer--) {
        gradient = backward(layer, layers, gradient, inputs, all);
      }
      embed(inputs, gradient);
      return sum.item_double();
    }
  }

  private List<Layer> layers(Inputs inputs, PointerScope all) {
    List<Layer> layers = new ArrayList<>();
    Tensor x;
    try (NoGradGuard _ = new NoGradGuard()) {
      x = embedded(inputs);
    }
    for (Block block : blocks) {
      Tensor input = x.detach();
      if (recompute) {
        try (NoGradGuard _ = new NoGradGuard()) {
          layers.add(new Layer(input, forward(block, input, inputs, all)));
        }
      } else {
        input.set_requires_grad(true);
        layers.add(new Layer(input, forward(block, input, inputs, all)));
      }
      x = layers.getLast().output();
    }
    return layers;
  }

  private Tensor backward(
      int layer, List<Layer> layers, Tensor gradient, Inputs inputs, PointerScope all) {
    Layer kept = layers.remove(layer);
    try (PointerScope scope = new PointerScope()) {
      Tensor input = kept.input();
      Tensor output = kept.output();
      if (recompute) {
        input = input.detach().set_requires_grad(true);
        output = blocks.get(layer).forward(input, inputs);
      }
      Tensor result = backward(output, gradient, input, blocks.get(layer).learning());
      all.detach(kept.output());
      all.detach(gradient);
      return escape(result, scope, all);
    }
  }

  /** Adds to the gradients of leaves, and returns that of {@code input}. */
  private static Tensor backward(Tensor output, Tensor gradient, Tensor input, List<Leaf> leaves) {
    TensorVector of = new TensorVector(input);
    leaves.forEach(leaf -> of.push_back(leaf.value()));
    TensorVector gradients =
        grad(
            new TensorVector(output),
            of,
            new TensorVector(gradient),
            new BoolOptional(false),
            false,
            false);
    try (NoGradGuard _ = new NoGradGuard()) {
      for (int i = 0; i < leaves.size(); i++) {
        leaves.get(i).accumulate(gradients.get(i + 1));
      }
    }
    return gradients.get(0).detach(); // the vector only lends it
  }

  private List<Leaf> normLeaves() {
    return outputNorm.learns() ? List.of(outputNorm) : List.of();
  }

  private Tensor embedded(Inputs inputs) {
    return embedding(embedding.value(), inputs.ids()).to(types.master());
  }

  private void embed(Inputs inputs, Tensor gradient) {
    if (embedding.gradient() != null) {
      try (NoGradGuard _ = new NoGradGuard()) {
        embedding.gradient().index_add_(0, inputs.ids(), gradient);
      }
    }
  }

  /** A layer's output, which outlives everything else that the layer computes. */
  private static Tensor forward(Block block, Tensor x, Inputs inputs, PointerScope outer) {
    try (PointerScope scope = new PointerScope()) {
      return escape(block.forward(x, inputs), scope, outer);
    }
  }

  private static Tensor escape(Tensor tensor, PointerScope from, PointerScope to) {
    to.attach(tensor);
    from.detach(tensor);
    return tensor;
  }
}

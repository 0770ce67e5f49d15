package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.embedding;

import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The layers, forward and backward, without autograd. Of every layer the forward pass keeps what is
 * dear to compute and small to keep; the hidden layers of the feed-forward networks, which are
 * neither, are computed again when the backward pass gets there.
 */
final class Network {
  private final Types types;
  private final boolean recompute;
  private final List<Block> blocks = new ArrayList<>();
  private final Leaf embedding;
  private final RmsNorm outputNorm;
  private final Head head;

  Network(Parameters weights, boolean recompute) {
    types = weights.types();
    this.recompute = recompute;
    ModelConfig config = weights.config();
    for (int layer = 0; layer < config.layers(); layer++) {
      blocks.add(new Block(weights, layer));
    }
    embedding = weights.embedding();
    outputNorm = weights.outputNorm();
    head = new Head(weights.output(), weights.passes());
  }

  /** The loss of every target, {@code [rows, 1]}. */
  Tensor nats(Inputs inputs, Tensor targets) {
    return head.nats(hidden(inputs), targets, types.master());
  }

  /** The logits of the tokens from one on, {@code [tokens - from, vocab]}. */
  Tensor logits(Inputs inputs, long from) {
    Tensor hidden = hidden(inputs);
    return head.logits(hidden.narrow(0, from, hidden.size(0) - from));
  }

  private Tensor hidden(Inputs inputs) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope all = new PointerScope()) {
      Tensor x = embedded(inputs);
      for (Block block : blocks) {
        try (PointerScope layer = new PointerScope()) {
          Tensor next = block.forward(x, inputs, false).result();
          all.detach(x);
          x = escape(next, layer, all);
        }
      }
      return escape(outputNorm.forward(x), all, outer);
    }
  }

  /**
   * Adds the gradients of {@code scale} times the weighted sum of losses.
   *
   * @return that sum without {@code scale}
   */
  double backward(Inputs inputs, Targets targets, double scale) {
    try (PointerScope all = new PointerScope()) {
      List<Block.Pass> passes = forward(inputs, all);
      Tensor last = passes.getLast().result();
      Tensor gradient = last.new_zeros(last.size(0), last.size(1));
      Tensor sum;
      try (PointerScope head = new PointerScope()) {
        sum = escape(backward(last, targets, scale, gradient), head, all);
      }
      for (int layer = blocks.size() - 1; layer >= 0; layer--) {
        Block.Pass pass = passes.removeLast();
        all.detach(pass.result());
        try (PointerScope _ = new PointerScope()) {
          blocks.get(layer).backward(pass, inputs, gradient);
        }
        pass.kept().forEach(all::detach);
      }
      if (embedding.gradient() != null) {
        embedding.gradient().index_add_(0, inputs.ids(), gradient);
      }
      return sum.item_double(); // a GPU has been waited for only now
    }
  }

  private List<Block.Pass> forward(Inputs inputs, PointerScope all) {
    List<Block.Pass> passes = new ArrayList<>();
    Tensor x = embedded(inputs);
    for (Block block : blocks) {
      try (PointerScope layer = new PointerScope()) {
        Block.Pass pass = block.forward(x, inputs, !recompute);
        pass.kept().forEach(tensor -> escape(tensor, layer, all));
        x = escape(pass.result(), layer, all);
        passes.add(pass);
      }
    }
    return passes;
  }

  /** Through head and norm; rows without a target have no part in it. */
  private Tensor backward(Tensor last, Targets targets, double scale, Tensor gradient) {
    Tensor x = targets.rows().map(rows -> last.index_select(0, rows)).orElse(last);
    Tensor normed = outputNorm.forward(x);
    Tensor inner = normed.new_empty(normed.size(0), normed.size(1));
    Tensor sum = head.backward(normed, targets, scale, inner);
    if (targets.rows().isEmpty()) {
      outputNorm.backward(x, inner, gradient);
    } else {
      Tensor some = x.new_zeros(x.size(0), x.size(1));
      outputNorm.backward(x, inner, some);
      gradient.index_add_(0, targets.rows().get(), some);
    }
    return sum;
  }

  private Tensor embedded(Inputs inputs) {
    return embedding(embedding.value(), inputs.ids()).to(types.master());
  }

  /** Hands a tensor to a scope that lives longer. */
  private static Tensor escape(Tensor tensor, PointerScope from, PointerScope to) {
    to.attach(tensor);
    from.detach(tensor);
    return tensor;
  }
}

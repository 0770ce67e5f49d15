package hanok.train.torch;

import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A transformer block, {@code [tokens, dim]} to the same: attention and feed-forward network, each
 * added to what came in.
 */
final class Block {
  private final ModelConfig config;
  private final Types types;
  private final Passes passes;
  private final RmsNorm attentionNorm;
  private final Linear queryKeyValue;
  private final Linear output;
  private final RmsNorm ffnNorm;
  private final FeedForward feedForward;

  /**
   * What of a forward pass the backward pass needs and does not compute again.
   *
   * @param input of the block
   * @param middle after attention was added
   * @param expanded hidden layer of the feed-forward network, by far the largest; null if it is
   *     computed again
   * @param result what the block gave
   */
  record Pass(
      Tensor input,
      Attention.Pass attention,
      Tensor middle,
      @Nullable Tensor expanded,
      Tensor result) {

    /** What has to outlive the forward pass, apart from input and result. */
    List<Tensor> kept() {
      Heads heads = attention.heads();
      List<Tensor> kept = new ArrayList<>(attention.logSums());
      kept.addAll(List.of(heads.query(), heads.key(), heads.value(), attention.mixed(), middle));
      if (expanded != null) {
        kept.add(expanded);
      }
      return kept;
    }
  }

  Block(Parameters weights, int layer) {
    config = weights.config();
    types = weights.types();
    passes = weights.passes();
    attentionNorm = weights.norm(layer, "attn_norm");
    queryKeyValue = weights.linear(layer, "attn_q", "attn_k", "attn_v");
    output = weights.linear(layer, "attn_output");
    ffnNorm = weights.norm(layer, "ffn_norm");
    feedForward =
        new FeedForward(
            weights.linear(layer, "ffn_gate", "ffn_up"), weights.linear(layer, "ffn_down"), passes);
  }

  /**
   * The forward pass.
   *
   * @param x in the master type
   * @param keep whether to keep the hidden layer
   */
  Pass forward(Tensor x, Inputs inputs, boolean keep) {
    Tensor projected = queryKeyValue.forward(attentionNorm.forward(x));
    Attention.Pass attention =
        inputs.attention().forward(passes.turn(projected, inputs.rotation(), config));
    Tensor middle = passes.sum(x, output.forward(flat(attention.mixed())));
    Tensor expanded = feedForward.expand(ffnNorm.forward(middle));
    Tensor result = passes.sum(middle, feedForward.forward(expanded));
    return new Pass(x, attention, middle, keep ? expanded : null, result);
  }

  /**
   * The backward pass, which adds to the gradients of the weights.
   *
   * @param gradient of the result, in the master type; becomes that of the input
   */
  void backward(Pass pass, Inputs inputs, Tensor gradient) {
    Tensor normed = ffnNorm.forward(pass.middle());
    Tensor expanded = pass.expanded() == null ? feedForward.expand(normed) : pass.expanded();
    Tensor inner = feedForward.backward(normed, expanded, computed(gradient));
    ffnNorm.backward(pass.middle(), inner, gradient);

    Attention.Pass attention = pass.attention();
    Tensor outer = computed(gradient);
    output.learn(flat(attention.mixed()), outer);
    Tensor mixed = output.back(outer);
    Heads parts = inputs.attention().backward(attention, heads(mixed, config.heads()));
    Tensor projected = passes.turnBack(parts, inputs.rotation());
    queryKeyValue.learn(attentionNorm.forward(pass.input()), projected);
    attentionNorm.backward(pass.input(), queryKeyValue.back(projected), gradient);
  }

  private Tensor heads(Tensor x, long heads) {
    return x.view(x.size(0), heads, config.headDim());
  }

  private Tensor flat(Tensor heads) {
    return heads.reshape(heads.size(0), config.queryDim());
  }

  private Tensor computed(Tensor x) {
    return x.to(types.compute());
  }
}

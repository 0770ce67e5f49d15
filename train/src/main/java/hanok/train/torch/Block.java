package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.rms_norm;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.silu;

import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A transformer block: attention and feed-forward network, each added to what came in. */
final class Block {
  private final ModelConfig config;
  private final Types types;
  private final Leaf attentionNorm;
  private final Linear queryKeyValue;
  private final Linear output;
  private final Leaf ffnNorm;
  private final Linear gateUp;
  private final Linear down;

  Block(Weights weights, int layer) {
    config = weights.config();
    types = weights.types();
    attentionNorm = weights.norm(layer, "attn_norm");
    queryKeyValue = weights.linear(layer, "attn_q", "attn_k", "attn_v");
    output = weights.linear(layer, "attn_output");
    ffnNorm = weights.norm(layer, "ffn_norm");
    gateUp = weights.linear(layer, "ffn_gate", "ffn_up");
    down = weights.linear(layer, "ffn_down");
  }

  /** {@code [tokens, dim]} to the same shape, in the master type. */
  Tensor forward(Tensor x, Inputs inputs) {
    Tensor mixed = output.apply(attention(normed(x, attentionNorm), inputs));
    Tensor middle = x.add(mixed);
    return middle.add(feedForward(normed(middle, ffnNorm)));
  }

  /** The leaves that learn, in no order that matters. */
  List<Leaf> learning() {
    List<Leaf> leaves = new ArrayList<>();
    for (Leaf norm : List.of(attentionNorm, ffnNorm)) {
      if (norm.learns()) {
        leaves.add(norm);
      }
    }
    for (Linear linear : List.of(queryKeyValue, output, gateUp, down)) {
      leaves.addAll(linear.learning());
    }
    return leaves;
  }

  private Tensor normed(Tensor x, Leaf norm) {
    return normed(x, norm, config).to(types.compute());
  }

  /** RMSNorm in the type of {@code x}. */
  static Tensor normed(Tensor x, Leaf norm, ModelConfig config) {
    return rms_norm(
        x,
        new long[] {config.dim()},
        new TensorOptional(norm.value()),
        new DoubleOptional(config.normEps()));
  }

  private Tensor attention(Tensor x, Inputs inputs) {
    TensorVector parts =
        queryKeyValue
            .apply(x)
            .split_with_sizes(new long[] {config.queryDim() + config.kvDim(), config.kvDim()}, 1);
    // Processors multiply bfloat16 faster, but libtorch's attention on them is 28 times slower.
    ScalarType type = x.is_cuda() ? types.compute() : types.master();
    Tensor turned = inputs.rotation().apply(heads(parts.get(0)).to(types.master())).to(type);
    TensorVector queryKey =
        turned.split_with_sizes(new long[] {config.heads(), config.kvHeads()}, 1);
    Tensor mixed =
        documents(queryKey.get(0), queryKey.get(1), heads(parts.get(1)).to(type), inputs.spans());
    return mixed.to(types.compute());
  }

  private Tensor heads(Tensor x) {
    return x.view(x.size(0), -1, config.headDim());
  }

  /** Causal attention within each document; {@code [tokens, heads, headDim]} all. */
  private Tensor documents(Tensor query, Tensor key, Tensor value, List<Inputs.Span> spans) {
    long[] tokens = spans.stream().mapToLong(Inputs.Span::tokens).toArray();
    // Splitting has one backward pass for all parts; narrowing would have one of full size for
    // each.
    TensorVector queries = query.split_with_sizes(tokens, 0);
    TensorVector keys = key.split_with_sizes(tokens, 0);
    TensorVector values = value.split_with_sizes(tokens, 0);
    TensorVector mixed = new TensorVector();
    for (int i = 0; i < tokens.length; i++) {
      Tensor span =
          scaled_dot_product_attention(
              documents(queries.get(i), spans.get(i)),
              documents(keys.get(i), spans.get(i)),
              documents(values.get(i), spans.get(i)),
              new TensorOptional(),
              0,
              true,
              new DoubleOptional(),
              true);
      mixed.push_back(span.transpose(1, 2).reshape(tokens[i], config.queryDim()));
    }
    return tokens.length == 1 ? mixed.get(0) : cat(mixed, 0);
  }

  /** {@code [tokens, heads, headDim]} to {@code [documents, heads, length, headDim]}. */
  private Tensor documents(Tensor x, Inputs.Span span) {
    return x.view(span.documents(), span.length(), -1, config.headDim()).transpose(1, 2);
  }

  private Tensor feedForward(Tensor x) {
    TensorVector parts = gateUp.apply(x).chunk(2, 1);
    return down.apply(silu(parts.get(0)).mul(parts.get(1)));
  }
}

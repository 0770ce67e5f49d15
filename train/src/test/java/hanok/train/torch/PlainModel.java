package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.rms_norm;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.softmax;
import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import hanok.train.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The same model as anybody would write it in PyTorch: one graph, autograd, attention with a mask.
 * The oracle of what {@link Network} writes out.
 */
final class PlainModel {
  final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final ModelConfig config;
  private final boolean tied;

  PlainModel(Weights weights) {
    config = weights.config();
    tied = weights.tied();
    for (TensorSpec spec : TensorSpec.all(config, tied, false)) {
      Tensor leaf = weights.merged(spec).clone();
      leaf.set_requires_grad(true);
      leaves.put(spec.name(), leaf);
    }
  }

  /** {@code scale} times the weighted sum of losses, whose gradients are added to the leaves. */
  double backward(Batch batch, double scale) {
    Tensor nats =
        cross_entropy_loss(
            logits(batch),
            tensor(batch.targets()).to(ScalarType.Long),
            new TensorOptional(),
            0,
            -100,
            0);
    Tensor weights = tensor(batch.weights()).to(nats.scalar_type());
    Tensor loss = nats.mul(weights).sum().mul(new Scalar(scale));
    loss.backward();
    return loss.item_double();
  }

  /** {@code [tokens, vocab]}. */
  Tensor logits(Batch batch) {
    Tensor ids = tensor(batch.inputs()).to(ScalarType.Long);
    Tensor x = embedding(leaf("token_embd"), ids);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      x = x.add(attention(norm(x, prefix + "attn_norm"), prefix, batch));
      Tensor h = norm(x, prefix + "ffn_norm");
      Tensor hidden =
          silu(linear(h, leaf(prefix + "ffn_gate"))).mul(linear(h, leaf(prefix + "ffn_up")));
      x = x.add(linear(hidden, leaf(prefix + "ffn_down")));
    }
    return linear(norm(x, "output_norm"), leaf(tied ? "token_embd" : "output"));
  }

  private Tensor attention(Tensor x, String prefix, Batch batch) {
    Tensor query = turned(heads(linear(x, leaf(prefix + "attn_q")), batch), batch);
    Tensor key = turned(heads(linear(x, leaf(prefix + "attn_k")), batch), batch);
    Tensor value = heads(linear(x, leaf(prefix + "attn_v")), batch);
    long group = config.heads() / config.kvHeads();
    Tensor scores =
        query
            .matmul(
                key.repeat_interleave(
                        group,
                        new org.bytedeco.pytorch.LongOptional(1),
                        new org.bytedeco.pytorch.LongOptional())
                    .transpose(2, 3))
            .mul(new Scalar(1 / Math.sqrt(config.headDim())))
            .masked_fill(hidden(batch), new Scalar(Double.NEGATIVE_INFINITY));
    Tensor mixed =
        softmax(scores, -1)
            .matmul(
                value.repeat_interleave(
                    group,
                    new org.bytedeco.pytorch.LongOptional(1),
                    new org.bytedeco.pytorch.LongOptional()));
    return linear(
        mixed.transpose(1, 2).reshape(-1, config.queryDim()), leaf(prefix + "attn_output"));
  }

  /** True where a token must not look: at later ones, and at those of other documents. */
  private static Tensor hidden(Batch batch) {
    int length = batch.length();
    byte[] hidden = new byte[batch.rows() * length * length];
    for (int row = 0; row < batch.rows(); row++) {
      for (int from = 0; from < length; from++) {
        for (int to = 0; to < length; to++) {
          boolean other =
              batch.documents()[row * length + from] != batch.documents()[row * length + to];
          hidden[(row * length + from) * length + to] = (byte) (to > from || other ? 1 : 0);
        }
      }
    }
    return tensor(hidden).to(ScalarType.Bool).view(batch.rows(), 1, length, length);
  }

  private Tensor heads(Tensor x, Batch batch) {
    return x.view(batch.rows(), batch.length(), -1, config.headDim()).transpose(1, 2);
  }

  private Tensor turned(Tensor x, Batch batch) {
    int half = config.ropeDim() / 2;
    float[] cos = new float[batch.positions().length * half];
    float[] sin = new float[cos.length];
    for (int i = 0; i < cos.length; i++) {
      double angle =
          batch.positions()[i / half]
              / config.ropeScale()
              * Math.pow(config.ropeTheta(), -2.0 * (i % half) / (2 * half));
      cos[i] = (float) Math.cos(angle);
      sin[i] = (float) Math.sin(angle);
    }
    Tensor c = tensor(cos).to(x.scalar_type()).view(batch.rows(), 1, batch.length(), half);
    Tensor s = tensor(sin).to(x.scalar_type()).view(batch.rows(), 1, batch.length(), half);
    Tensor a = x.narrow(3, 0, half);
    Tensor b = x.narrow(3, half, half);
    long rest = config.headDim() - 2L * half;
    return cat(
        new TensorVector(
            a.mul(c).sub(b.mul(s)), a.mul(s).add(b.mul(c)), x.narrow(3, 2L * half, rest)),
        3);
  }

  private Tensor norm(Tensor x, String name) {
    return rms_norm(
        x,
        new long[] {config.dim()},
        new TensorOptional(leaf(name)),
        new DoubleOptional(config.normEps()));
  }

  Tensor leaf(String name) {
    Tensor leaf = leaves.get(name + ".weight");
    if (leaf == null) {
      throw new IllegalArgumentException(name);
    }
    return leaf;
  }
}

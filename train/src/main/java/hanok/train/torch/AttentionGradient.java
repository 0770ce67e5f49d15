package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.dtype;
import static org.bytedeco.pytorch.global.torch.mm;

import hanok.train.kernel.AttentionRows;
import hanok.train.kernel.Sums;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention's gradient in bfloat16 on the CPU, from five products: libtorch's kernel has none of
 * the processor's instructions for them. Some tokens at a time, with all heads that share a key,
 * against the keys from the beginning of their document on, so that what is between the products
 * stays in the cache. Documents need not be told apart before the softmax is: the shapes of
 * products are then few, and each is prepared once.
 */
final class AttentionGradient {
  /** Scores at a time, as numbers: they are there four times, and the cache has 2 MiB. */
  private static final int SCORES = 1 << 17;

  private static final int TOKENS_MAX = 128;

  /** Keys begin at multiples of this. */
  private static final int ALIGNED = 64;

  private static final ScalarType FLOAT = ScalarType.Float;

  private final int[] starts; // of every token, the first of its document
  private final int longest;

  AttentionGradient(List<Inputs.Span> spans) {
    starts = new int[(int) spans.stream().mapToLong(Inputs.Span::tokens).sum()];
    longest = spans.stream().mapToInt(Inputs.Span::length).max().orElse(1);
    int token = 0;
    for (Inputs.Span span : spans) {
      for (int i = 0; i < span.tokens(); i++) {
        starts[token + i] = token + i / span.length() * span.length();
      }
      token += (int) span.tokens();
    }
  }

  /**
   * The gradients.
   *
   * @param gradient of the result
   */
  Heads of(Attention.Pass pass, Tensor gradient) {
    Tensor query = pass.heads().query();
    long kvHeads = pass.heads().key().size(1);
    long[] summed = {kvHeads, starts.length, query.size(2)};
    Heads sum =
        new Heads(
            query.new_empty(query.size(0), query.size(1), query.size(2)),
            query.new_zeros(summed, dtype(FLOAT)),
            query.new_zeros(summed, dtype(FLOAT)));
    Tensor logSums = logSums(pass);
    int step = step((int) (query.size(1) / kvHeads));
    for (int token = 0; token < starts.length; token += step) {
      for (int head = 0; head < kvHeads; head++) {
        try (PointerScope _ = new PointerScope()) {
          add(pass, gradient, logSums, token, Math.min(step, starts.length - token), head, sum);
        }
      }
    }
    return new Heads(sum.query(), sum.key().transpose(0, 1), sum.value().transpose(0, 1));
  }

  /** A power of two. */
  private int step(int group) {
    int most = Integer.highestOneBit(Math.max(1, SCORES / (group * longest)));
    return Math.clamp(most, 16, TOKENS_MAX);
  }

  private void add(
      Attention.Pass pass,
      Tensor gradient,
      Tensor logSums,
      int token,
      int tokens,
      int head,
      Heads sum) {
    int firstKey = starts[token] / ALIGNED * ALIGNED;
    int keys = token + tokens - firstKey;
    int group = (int) (pass.heads().query().size(1) / pass.heads().key().size(1));
    Tensor q = rows(pass.heads().query(), token, tokens, head, group);
    Tensor dy = rows(gradient, token, tokens, head, group);
    Tensor k = pass.heads().key().narrow(0, firstKey, keys).select(1, head);
    Tensor v = pass.heads().value().narrow(0, firstKey, keys).select(1, head);
    Tensor scores = mm(q.to(FLOAT), k.to(FLOAT).t());
    Tensor changes = mm(dy.to(FLOAT), v.to(FLOAT).t());
    Tensor shares = q.new_empty(scores.size(0), keys);
    Tensor slopes = q.new_empty(scores.size(0), keys);
    int headDim = (int) q.size(1);
    float scale = (float) (1 / Math.sqrt(headDim));
    new AttentionRows(token, group, firstKey, keys, headDim, scale)
        .gradient(
            starts,
            tokens * group,
            VectorPasses.floats(scores),
            VectorPasses.floats(changes),
            VectorPasses.halves(rows(pass.mixed(), token, tokens, head, group)),
            VectorPasses.halves(dy),
            VectorPasses.floats(rows(logSums, token, tokens, head, group)),
            VectorPasses.halves(shares),
            VectorPasses.halves(slopes));
    sum.query()
        .narrow(0, token, tokens)
        .narrow(1, (long) head * group, group)
        .copy_(mm(slopes, k).view(tokens, group, headDim));
    add(sum.key().select(0, head).narrow(0, firstKey, keys), mm(slopes.t(), q));
    add(sum.value().select(0, head).narrow(0, firstKey, keys), mm(shares.t(), dy));
  }

  private static void add(Tensor sum, Tensor more) {
    long address = VectorPasses.floats(sum);
    Sums.add(address, VectorPasses.halves(more), address, sum.numel());
  }

  /** Rows of tokens and of those heads that share a key, {@code [tokens * group, headDim]}. */
  private static Tensor rows(Tensor x, long token, long tokens, long head, long group) {
    return x.narrow(0, token, tokens)
        .narrow(1, head * group, group)
        .reshape(tokens * group, x.size(2))
        .contiguous();
  }

  /** {@code [tokens, heads, 1]}, of parts that are {@code [documents, heads, length]}. */
  private static Tensor logSums(Attention.Pass pass) {
    long heads = pass.heads().query().size(1);
    TensorVector parts = new TensorVector();
    for (Tensor part : pass.logSums()) {
      parts.push_back(part.transpose(1, 2).reshape(-1, heads, 1));
    }
    return cat(parts, 0);
  }
}

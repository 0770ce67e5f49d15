package hanok.train.torch;

import java.util.List;
import java.util.Set;

/**
 * Low-rank adapters: a matrix {@code W} acts as {@code W + alpha/rank * B * A}, and only {@code A}
 * and {@code B} learn. {@code B} begins at zero, so that nothing changes at first.
 *
 * @param rank rows of {@code A} and columns of {@code B}
 * @param alpha how strong adapters are, before division by {@code rank}
 * @param targets which matrices of every layer, by their names in GGUF files
 * @see <a href="https://arxiv.org/abs/2106.09685">LoRA</a>
 */
public record LoraOptions(int rank, double alpha, Set<String> targets) {

  /** The matrices that may have adapters. */
  public static final List<String> MATRICES =
      List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down");

  /** How the names of both factors end. */
  static final String A = ".lora_A.weight";

  static final String B = ".lora_B.weight";

  public LoraOptions {
    if (rank < 1) {
      throw new IllegalArgumentException("LoRA: rank %d is below 1".formatted(rank));
    }
    if (!(alpha > 0) || !Double.isFinite(alpha)) {
      throw new IllegalArgumentException("LoRA: alpha %s is not above 0".formatted(alpha));
    }
    if (targets.isEmpty() || !MATRICES.containsAll(targets)) {
      throw new IllegalArgumentException(
          "LoRA: targets %s; possible are %s".formatted(targets, MATRICES));
    }
    targets = Set.copyOf(targets);
  }

  /** Adapters for all matrices of every layer. */
  public static LoraOptions all(int rank, double alpha) {
    return new LoraOptions(rank, alpha, Set.copyOf(MATRICES));
  }

  /** What the product of both is multiplied with. */
  double scale() {
    return alpha / rank;
  }

  /** Whether a weight, such as {@code blk.0.attn_q.weight}, has an adapter. */
  boolean adapts(String weight) {
    return weight.startsWith("blk.") && targets.contains(weight.split("\\.", -1)[2]);
  }

  /** The name of the first factor of a weight's adapter. */
  static String a(String weight) {
    return stem(weight) + A;
  }

  /** The name of the second factor of a weight's adapter. */
  static String b(String weight) {
    return stem(weight) + B;
  }

  private static String stem(String weight) {
    return weight.substring(0, weight.length() - ".weight".length());
  }
}

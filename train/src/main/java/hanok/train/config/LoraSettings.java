package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.util.List;

/**
 * Low-rank adapters that learn in place of the weights.
 *
 * @param rank 16 by default
 * @param alpha their strength, before division by the rank; twice the rank by default
 * @param targets matrices of every layer by their names in GGUF files; all of them by default
 */
public record LoraSettings(Integer rank, Double alpha, List<String> targets) {
  private static final List<String> MATRICES =
      List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down");

  public LoraSettings {
    rank = requireNonNullElse(rank, 16);
    alpha = requireNonNullElse(alpha, 2.0 * rank);
    targets = targets == null ? MATRICES : List.copyOf(targets);
    Check.atLeast("lora.rank", rank, 1);
    Check.positive("lora.alpha", alpha);
    Check.that(
        !targets.isEmpty() && MATRICES.containsAll(targets),
        "lora.targets is %s, and must be of %s",
        targets,
        MATRICES);
  }
}

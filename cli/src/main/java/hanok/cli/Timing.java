package hanok.cli;

import hanok.engine.Generation;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an answer took; {@link #UNTOLD} where nobody says it.
 *
 * @param promptTokens all of the prompt's, also those that were reused
 * @param draftedTokens tokens that were foreseen
 * @param acceptedTokens those of them that were right
 * @param seed with it the same answer comes again
 */
record Timing(
    int promptTokens,
    int reusedTokens,
    int generatedTokens,
    int draftedTokens,
    int acceptedTokens,
    long promptNanos,
    long decodeNanos,
    OptionalLong seed) {
  static final int UNTOLD = -1;

  static Timing of(Generation.Result result) {
    return new Timing(
        result.promptTokens(),
        result.reusedTokens(),
        result.generatedTokens(),
        result.draftedTokens(),
        result.acceptedTokens(),
        result.promptNanos(),
        result.decodeNanos(),
        OptionalLong.of(result.seed()));
  }

  /** For people who asked for it with {@code --verbose}. */
  void print(Hanok hanok) {
    int reused = Math.max(0, reusedTokens);
    hanok
        .io()
        .err()
        .println(
            hanok
                .messages()
                .text(
                    "timing",
                    promptTokens,
                    reused,
                    rate(promptTokens - reused, promptNanos),
                    generatedTokens,
                    rate(generatedTokens, decodeNanos)));
  }

  private static String rate(int tokens, long nanos) {
    return String.format(Locale.ROOT, "%.1f", tokens / Math.max(1e-9, nanos / 1e9));
  }

  /** For scripts. */
  void put(ObjectNode node) {
    putIfTold(node, "prompt_tokens", promptTokens);
    putIfTold(node, "reused_tokens", reusedTokens);
    putIfTold(node, "generated_tokens", generatedTokens);
    putIfTold(node, "drafted_tokens", draftedTokens);
    putIfTold(node, "accepted_tokens", acceptedTokens);
    putIfTold(node, "prompt_nanos", promptNanos);
    putIfTold(node, "decode_nanos", decodeNanos);
    seed.ifPresent(value -> node.put("seed", value));
  }

  private static void putIfTold(ObjectNode node, String name, long value) {
    if (value != UNTOLD) {
      node.put(name, value);
    }
  }
}

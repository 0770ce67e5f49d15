package hanok.cli;

import hanok.engine.Generation;
import java.util.Locale;

/** What an answer took, for {@code --verbose}. */
record Timing(Generation.Result result) {

  void print(Hanok hanok) {
    int computed = result.promptTokens() - result.reusedTokens();
    hanok
        .io()
        .err()
        .println(
            hanok
                .messages()
                .text(
                    "timing",
                    result.promptTokens(),
                    result.reusedTokens(),
                    rate(computed, result.promptNanos()),
                    result.generatedTokens(),
                    rate(result.generatedTokens(), result.decodeNanos())));
  }

  private static String rate(int tokens, long nanos) {
    return String.format(Locale.ROOT, "%.1f", tokens / Math.max(1e-9, nanos / 1e9));
  }
}

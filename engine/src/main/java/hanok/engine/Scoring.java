package hanok.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** How likely a model finds a text that is there already: what perplexity and many tests are of. */
public final class Scoring {
  /** Logits of as many tokens are in memory at once. */
  private static final int ROWS = 64;

  private Scoring() {}

  /**
   * The probability of each token after those before it; nothing is said of the first.
   *
   * @param ids at least one
   * @param top how many of the likeliest tokens to name at each place
   * @param cancelled is asked often, by any of the model's threads
   * @return {@code ids.length - 1} choices, or fewer if cancelled
   * @throws IllegalArgumentException if the ids do not fit the model's context or vocabulary
   */
  public static List<TokenChoice> score(
      Model model, int[] ids, int top, BooleanSupplier cancelled) {
    List<TokenChoice> choices = new ArrayList<>();
    try (Session session = model.newSession(Math.min(ids.length, model.config().context()))) {
      session.check(ids);
      for (int from = 0; from < ids.length; from += ROWS) {
        int count = Math.min(ROWS, ids.length - from);
        session.stage(ids, from, count, count);
        if (!session.compute(cancelled)) {
          break;
        }
        for (int i = 0; i < count && from + i + 1 < ids.length; i++) {
          choices.add(TokenChoice.of(session.logits(i), ids[from + i + 1], top));
        }
      }
    }
    return choices;
  }
}

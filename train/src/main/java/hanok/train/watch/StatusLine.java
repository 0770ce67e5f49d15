package hanok.train.watch;

import hanok.console.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run tells its console: a line a step, in words that are the field's in any language. */
public final class StatusLine {
  private static final double INT_SHOWN_MAX = 1e9;

  private StatusLine() {}

  /**
   * The line of a step. What was not measured is left out.
   *
   * @param steps of the whole run
   * @param secondsLeft how long the rest will take; not a number if nobody knows
   */
  public static String of(Metrics metrics, long steps, double secondsLeft) {
    List<String> parts = new ArrayList<>();
    int width = Long.toString(steps).length();
    parts.add(("step %" + width + "d/%d").formatted(metrics.step(), steps));
    add(parts, "loss %.4f", metrics.value(Metrics.LOSS));
    metrics
        .values()
        .forEach((name, value) -> {
          if (name.startsWith(Metrics.BITS_PER_BYTE)) {
            String set = name.substring(Metrics.BITS_PER_BYTE.length());
            add(parts, "bpb " + set.replace("%", "%%") + " %.4f", value);
          }
        });
    add(parts, "lr %.2e", metrics.value(Metrics.LEARNING_RATE));
    add(parts, "norm %.3f", metrics.value(Metrics.GRADIENT_NORM));
    add(parts, "%,.0f tok/s", metrics.value(Metrics.TOKENS_PER_SECOND));
    add(parts, "MFU %.1f %%", 100 * metrics.value(Metrics.UTILISATION));
    double memory = metrics.value(Metrics.MEMORY_BYTES);
    if (memory > 0) {
      parts.add(Sizes.text((long) memory));
    }
    double skipped = metrics.value(Metrics.SKIPPED);
    if (skipped > 0) {
      add(parts, "skipped %.0f", skipped);
    }
    if (secondsLeft >= 0 && secondsLeft < INT_SHOWN_MAX) {
      parts.add("ETA " + duration(Math.round(secondsLeft)));
    }
    return String.join(" | ", parts);
  }

  private static void add(List<String> parts, String format, double value) {
    if (!Double.isNaN(value)) {
      parts.add(String.format(Locale.ROOT, format, value));
    }
  }

  /** {@code 3d 04:05:06}, without days if there are none. */
  static String duration(long seconds) {
    String clock = "%d:%02d:%02d".formatted(seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    long days = seconds / 86_400;
    return days == 0 ? clock : "%dd %s".formatted(days, clock);
  }
}

package hanok.serve.runner;

import hanok.serve.api.Fields;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How long a model shall stay in memory: seconds, or a duration as Go writes it. */
public final class KeepAlive {
  private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]+)(ns|us|µs|ms|s|m|h)");
  private static final double SECONDS_MAX = 1e9; // 30 years

  private KeepAlive() {}

  /** What {@code keep_alive} of a request says; null if it says nothing. Negative is for ever. */
  public static @Nullable Duration of(Fields fields) {
    JsonNode value = fields.find("keep_alive");
    if (value == null) {
      return null;
    }
    if (value.isNumber() && Math.abs(Fields.real(value)) <= SECONDS_MAX) {
      return seconds(value.doubleValue());
    }
    try {
      if (value.isString()) {
        return parse(value.stringValue());
      }
    } catch (IllegalArgumentException e) {
      throw fields.wrong("keep_alive", "seconds or a duration such as \"5m\"", value);
    }
    throw fields.wrong("keep_alive", "seconds or a duration such as \"5m\"", value);
  }

  /**
   * Reads {@code 5m}, {@code 1h30m}, {@code -1}.
   *
   * @throws IllegalArgumentException if it is no duration
   */
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.matches("[0-9]{1,9}")) {
      return seconds((negative ? -1 : 1) * Double.parseDouble(rest));
    }
    Matcher part = PART.matcher(rest);
    double total = 0;
    int at = 0;
    while (part.find() && part.start() == at) {
      total += Double.parseDouble(part.group(1)) * secondsOf(part.group(2));
      at = part.end();
    }
    if (at == 0 || at != rest.length() || total > SECONDS_MAX) {
      throw new IllegalArgumentException("\"" + text + "\" is not a duration such as 5m or 1h30m");
    }
    return seconds(negative ? -total : total);
  }

  private static double secondsOf(String unit) {
    return switch (unit) {
      case "h" -> 3600;
      case "m" -> 60;
      case "s" -> 1;
      case "ms" -> 1e-3;
      case "ns" -> 1e-9;
      default -> 1e-6;
    };
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}

package hanok.train.config;

import org.jspecify.annotations.Nullable;

/** What is wrong with a setting, by its name. */
final class Check {
  private Check() {}

  static void that(boolean ok, String message, @Nullable Object... values) {
    if (!ok) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  static void atLeast(String name, long value, long min) {
    that(value >= min, "%s is %d, and must be at least %d", name, value, min);
  }

  static void positive(String name, double value) {
    that(value > 0 && Double.isFinite(value), "%s is %s, and must be above 0", name, value);
  }

  /** In {@code [0, 1)}. */
  static void share(String name, double value) {
    that(value >= 0 && value < 1, "%s is %s, and must be at least 0 and below 1", name, value);
  }

  static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}

package hanok.template;

import java.math.BigDecimal;

/** Python's {@code int()} and {@code float()} of texts. */
final class Numbers {
  private static final int DIGITS_MAX = 400;

  private Numbers() {}

  static Value toInteger(Call call) {
    Value fallback = call.value(1, "default", new Value.Int(0));
    int base = (int) call.integer(2, "base", 10);
    Value value = call.value(0, "value");
    try {
      return switch (value) {
        case Value.Int _, Value.Bool _ -> new Value.Int(Operators.integer(value));
        case Value.Real real -> new Value.Int(truncate(real.value()));
        case Text text -> new Value.Int(parse(text.string(), base));
        case Value.Undefined undefined ->
            throw new Fault("'" + undefined.name() + "' is undefined");
        default -> fallback;
      };
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  static Value toReal(Call call) {
    Value fallback = call.value(1, "default", new Value.Real(0));
    Value value = call.value(0, "value");
    try {
      return switch (value) {
        case Value.Int _, Value.Bool _, Value.Real _ -> new Value.Real(Operators.real(value));
        case Text text -> new Value.Real(real(text.string()));
        case Value.Undefined undefined ->
            throw new Fault("'" + undefined.name() + "' is undefined");
        default -> fallback;
      };
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  /** The integer, if it fits. */
  static long fit(BigDecimal integer) {
    try {
      return integer.longValueExact();
    } catch (ArithmeticException e) {
      throw new Fault("an integer does not fit 64 bits");
    }
  }

  private static long truncate(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new NumberFormatException();
    }
    if (Math.abs(value) >= 0x1p63) {
      throw new Fault("an integer does not fit 64 bits");
    }
    return (long) value;
  }

  private static long parse(String text, int base) {
    if (base < 2 || base > Character.MAX_RADIX) {
      throw new Fault("a base is in [2, 36], got " + base);
    }
    String digits = digits(text);
    boolean whole = !digits.isEmpty() && digits.chars().skip(1).allMatch(c -> isDigit(c, base));
    if (whole && (isDigit(digits.charAt(0), base) || digits.length() > 1)) {
      try {
        return Long.parseLong(digits, base);
      } catch (NumberFormatException e) {
        if (isDigit(digits.charAt(0), base) || "+-".indexOf(digits.charAt(0)) >= 0) {
          throw new Fault("an integer does not fit 64 bits");
        }
      }
    }
    return truncate(real(text));
  }

  private static boolean isDigit(int c, int base) {
    return c < 128 && Character.digit(c, base) >= 0;
  }

  /** A text without the space around it and the underscores between digits. */
  private static String digits(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && JinjaLexer.isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && JinjaLexer.isSpace(text.charAt(to - 1))) {
      to--;
    }
    String digits = text.substring(from, to);
    if (digits.length() > DIGITS_MAX
        || digits.startsWith("_")
        || digits.endsWith("_")
        || digits.contains("__")) {
      throw new NumberFormatException();
    }
    return digits.replace("_", "");
  }

  private static double real(String text) {
    String digits = digits(text).toLowerCase(java.util.Locale.ROOT);
    String unsigned =
        digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
    double sign = digits.startsWith("-") ? -1 : 1;
    return switch (unsigned) {
      case "inf", "infinity" -> sign * Double.POSITIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> {
        if (!unsigned.chars().allMatch(c -> c >= '0' && c <= '9' || ".e+-".indexOf(c) >= 0)) {
          throw new NumberFormatException();
        }
        yield sign * Double.parseDouble(unsigned.startsWith("-") ? "" : unsigned);
      }
    };
  }
}

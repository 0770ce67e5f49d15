package hanok.constrain;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Draws the numbers within {@link NumberBounds}, digit by digit, and no others. */
final class NumberEdges {
  /**
   * Digits of a number with bounds, all together: numbers of so many are different doubles if they
   * differ, so that what is within the bounds also is after it has been parsed.
   */
  static final int DIGITS_MAX = 15;

  static final int MULTIPLE_MAX = 1000;

  private final JsonSyntax syntax;
  private final AutomatonBuilder builder;

  NumberEdges(JsonSyntax syntax) {
    this.syntax = syntax;
    builder = syntax.builder;
  }

  void integers(int from, NumberBounds bounds, String pointer, int to) {
    int multiple = 1;
    if (bounds.multiple() != null) {
      BigDecimal factor = bounds.multiple();
      if (!isWhole(factor)) {
        throw new IllegalArgumentException(
            "%s/multipleOf: %s is no integer from 1 to %d, which is what Hanok can follow"
                .formatted(pointer, factor, MULTIPLE_MAX));
      }
      multiple = factor.intValueExact();
    }
    NumberBounds whole = bounds.ofIntegers();
    BigDecimal low = BigDecimal.ZERO.max(orZero(whole.low()));
    BigDecimal high = orZero(whole.high());
    if (high.signum() >= 0 && low.compareTo(high) <= 0) {
      draw(from, new Digits(low, false, high, false, 0, multiple), to);
    }
    BigDecimal least = BigDecimal.ONE.max(high.negate());
    BigDecimal most = orZero(whole.low()).negate();
    if (least.compareTo(most) <= 0) {
      int negative = builder.state();
      builder.text(from, "-", negative);
      draw(negative, new Digits(least, false, most, false, 0, multiple), to);
    }
  }

  private static boolean isWhole(BigDecimal factor) {
    return factor.compareTo(BigDecimal.ONE) >= 0
        && factor.compareTo(BigDecimal.valueOf(MULTIPLE_MAX)) <= 0
        && factor.stripTrailingZeros().scale() <= 0;
  }

  void numbers(int from, NumberBounds bounds, String pointer, int to) {
    BigDecimal multiple = bounds.multiple();
    if (multiple != null && isWhole(multiple)) {
      integers(from, bounds, pointer, to);
      return;
    }
    if (bounds.equals(NumberBounds.NONE)) {
      builder.call(from, syntax.number(), to);
      return;
    }
    int decimals = multiple == null ? DIGITS_MAX : decimals(multiple, pointer);
    BigDecimal limit = BigDecimal.TEN.pow(DIGITS_MAX);
    BigDecimal low = bounds.low() == null ? limit.negate() : checked(bounds.low(), pointer);
    BigDecimal high = bounds.high() == null ? limit : checked(bounds.high(), pointer);
    boolean lowOpen = bounds.lowOpen() || bounds.low() == null;
    boolean highOpen = bounds.highOpen() || bounds.high() == null;
    if (high.signum() > 0 || high.signum() == 0 && !highOpen) {
      boolean open = low.signum() >= 0 && lowOpen;
      draw(from, new Digits(BigDecimal.ZERO.max(low), open, high, highOpen, decimals, 1), to);
    }
    if (low.signum() < 0) {
      int negative = builder.state();
      builder.text(from, "-", negative);
      boolean open = high.signum() >= 0 || highOpen;
      BigDecimal least = BigDecimal.ZERO.max(high.negate());
      draw(negative, new Digits(least, open, low.negate(), lowOpen, decimals, 1), to);
    }
  }

  private static int decimals(BigDecimal multiple, String pointer) {
    BigDecimal plain = multiple.stripTrailingZeros();
    if (plain.precision() != 1
        || plain.unscaledValue().intValueExact() != 1
        || plain.scale() < 1
        || plain.scale() > DIGITS_MAX) {
      throw new IllegalArgumentException(
          "%s/multipleOf: %s is neither an integer from 1 to %d nor 0.1, 0.01, and so on"
              .formatted(pointer, multiple, MULTIPLE_MAX));
    }
    return plain.scale();
  }

  private static BigDecimal checked(BigDecimal bound, String pointer) {
    BigDecimal plain = bound.stripTrailingZeros();
    if (plain.scale() >= DIGITS_MAX
        || plain.precision() > DIGITS_MAX
        || plain.compareTo(BigDecimal.TEN.pow(DIGITS_MAX)) > 0
        || plain.compareTo(BigDecimal.TEN.pow(DIGITS_MAX).negate()) < 0) {
      throw new IllegalArgumentException(
          "%s: the bound %s has more than %d digits, before and behind the point together"
              .formatted(pointer, bound, DIGITS_MAX));
    }
    return plain;
  }

  private static BigDecimal orZero(@Nullable BigDecimal value) {
    return value == null ? BigDecimal.ZERO : value;
  }

  private void draw(int from, Digits digits, int to) {
    digits.draw(builder, from, to);
  }
}

package hanok.constrain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers there may be.
 *
 * @param low the least, or if {@code lowOpen} what all are above; null for no bound
 * @param high the greatest, or if {@code highOpen} what all are below; null for no bound
 * @param multiple what all are multiples of; null for any
 */
record NumberBounds(
    @Nullable BigDecimal low,
    boolean lowOpen,
    @Nullable BigDecimal high,
    boolean highOpen,
    @Nullable BigDecimal multiple) {
  static final NumberBounds NONE = new NumberBounds(null, false, null, false, null);
  static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  NumberBounds above(BigDecimal bound, boolean open) {
    int order = low == null ? 1 : bound.compareTo(low);
    return order > 0 || order == 0 && open
        ? new NumberBounds(bound, open, high, highOpen, multiple)
        : this;
  }

  NumberBounds below(BigDecimal bound, boolean open) {
    int order = high == null ? -1 : bound.compareTo(high);
    return order < 0 || order == 0 && open
        ? new NumberBounds(low, lowOpen, bound, open, multiple)
        : this;
  }

  NumberBounds multipleOf(BigDecimal factor) {
    return new NumberBounds(low, lowOpen, high, highOpen, factor);
  }

  /** Whether no number is between the bounds. */
  boolean isEmpty() {
    if (low == null || high == null) {
      return false;
    }
    int order = low.compareTo(high);
    return order > 0 || order == 0 && (lowOpen || highOpen);
  }

  /** The bounds of the integers among these numbers, closed, and within 64 bits. */
  NumberBounds ofIntegers() {
    return new NumberBounds(
        low == null ? LONG_MIN : least(low),
        false,
        high == null ? LONG_MAX : most(high),
        false,
        multiple);
  }

  private BigDecimal least(BigDecimal bound) {
    if (bound.compareTo(LONG_MIN) < 0) {
      return LONG_MIN;
    }
    if (bound.compareTo(LONG_MAX) > 0) {
      return LONG_MAX.add(BigDecimal.ONE);
    }
    BigDecimal whole = rounded(bound, RoundingMode.CEILING);
    return lowOpen && whole.compareTo(bound) == 0 ? whole.add(BigDecimal.ONE) : whole;
  }

  private BigDecimal most(BigDecimal bound) {
    if (bound.compareTo(LONG_MAX) > 0) {
      return LONG_MAX;
    }
    if (bound.compareTo(LONG_MIN) < 0) {
      return LONG_MIN.subtract(BigDecimal.ONE);
    }
    BigDecimal whole = rounded(bound, RoundingMode.FLOOR);
    return highOpen && whole.compareTo(bound) == 0 ? whole.subtract(BigDecimal.ONE) : whole;
  }

  /** As {@code setScale}, which would write out all digits of 1e-1000000000. */
  private static BigDecimal rounded(BigDecimal bound, RoundingMode mode) {
    if (bound.precision() - (long) bound.scale() <= 0) { // less than one
      boolean up = bound.signum() > 0 && mode == RoundingMode.CEILING;
      boolean down = bound.signum() < 0 && mode == RoundingMode.FLOOR;
      return up ? BigDecimal.ONE : down ? BigDecimal.ONE.negate() : BigDecimal.ZERO;
    }
    return bound.setScale(0, mode);
  }
}

package hanok.constrain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Draws numbers within bounds, exactly: integers digit by digit; other numbers where the bounds are
 * whole, as a whole part and a fraction.
 */
final class NumberCompiler {
  private static final BigInteger WIDEST = BigInteger.TEN.pow(18);
  private static final int MULTIPLES_MAX = 10_000;

  private final AutomatonBuilder draw;
  private final JsonRules json;

  NumberCompiler(AutomatonBuilder draw, JsonRules json) {
    this.draw = draw;
    this.json = json;
  }

  /** A bound, and whether the number itself is within it. */
  private record Bound(BigDecimal value, boolean inclusive) {
    /** The first integer at or above it. */
    BigInteger ceiling() {
      BigInteger whole = value.setScale(0, RoundingMode.CEILING).toBigInteger();
      return isWhole() && !inclusive ? whole.add(BigInteger.ONE) : whole;
    }

    /** The last integer at or below it. */
    BigInteger floor() {
      BigInteger whole = value.setScale(0, RoundingMode.FLOOR).toBigInteger();
      return isWhole() && !inclusive ? whole.subtract(BigInteger.ONE) : whole;
    }

    boolean isWhole() {
      return value.stripTrailingZeros().scale() <= 0;
    }

    Bound negated() {
      return new Bound(value.negate(), inclusive);
    }
  }

  void draw(ObjectNode schema, boolean integer, String where, int from, int to) {
    Bound low = bound(schema, "minimum", "exclusiveMinimum", true, where);
    Bound high = bound(schema, "maximum", "exclusiveMaximum", false, where);
    JsonNode multiple = schema.get("multipleOf");
    if (multiple != null) {
      multiples(multiple, low, high, where, from, to);
    } else if (low == null && high == null) {
      if (integer) {
        json.integer(from, to);
      } else {
        json.number(from, to);
      }
    } else if (integer) {
      BigInteger least = low == null ? WIDEST.negate() : low.ceiling().max(WIDEST.negate());
      BigInteger most = high == null ? WIDEST : high.floor().min(WIDEST);
      checkNotEmpty(least.compareTo(most) > 0, where);
      integers(from, least, most, to);
    } else {
      reals(low, high, where, from, to);
    }
  }

  /** The tighter of two keywords. */
  private static @Nullable Bound bound(
      ObjectNode schema, String inclusive, String exclusive, boolean lower, String where) {
    JsonNode a = schema.get(inclusive);
    JsonNode b = schema.get(exclusive);
    if (b != null && b.isBoolean()) { // as drafts before 6 have it
      return a == null ? null : new Bound(decimal(a, where), !b.booleanValue());
    }
    Bound first = a == null ? null : new Bound(decimal(a, where), true);
    Bound second = b == null ? null : new Bound(decimal(b, where), false);
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    int order = second.value.compareTo(first.value);
    return order == 0 || order > 0 == lower ? second : first;
  }

  private static BigDecimal decimal(JsonNode node, String where) {
    if (!node.isNumber() || !Double.isFinite(node.asDouble(Double.POSITIVE_INFINITY))) {
      throw Keywords.refusal(where, "a bound must be a finite number");
    }
    return node.decimalValue();
  }

  private static void checkNotEmpty(boolean empty, String where) {
    if (empty) {
      throw Keywords.refusal(where, "no number is within the bounds");
    }
  }

  private void integers(int from, BigInteger least, BigInteger most, int to) {
    if (least.signum() < 0) {
      int minus = draw.state();
      draw.bytes(from, '-', '-', minus);
      BigInteger nearest = most.signum() < 0 ? most.negate() : BigInteger.ONE;
      json.digits(minus, nearest, least.negate(), to);
    }
    if (most.signum() >= 0) {
      json.digits(from, least.max(BigInteger.ZERO), most, to);
    }
  }

  private void multiples(
      JsonNode multiple,
      @Nullable Bound low,
      @Nullable Bound high,
      String where,
      int from,
      int to) {
    BigDecimal step = decimal(multiple, where);
    if (step.signum() <= 0 || step.stripTrailingZeros().scale() > 0) {
      throw Keywords.refusal(where, "multipleOf can be kept only for positive integers");
    }
    BigInteger unit = step.toBigInteger();
    BigInteger reach = unit.multiply(BigInteger.valueOf(MULTIPLES_MAX / 2 - 1));
    BigInteger least = low == null ? reach.negate() : low.ceiling();
    BigInteger most = high == null ? reach : high.floor();
    BigInteger first = ceilingTo(least, unit);
    BigInteger count = most.subtract(first).divide(unit).add(BigInteger.ONE);
    checkNotEmpty(first.compareTo(most) > 0, where);
    if (count.compareTo(BigInteger.valueOf(MULTIPLES_MAX)) > 0) {
      throw Keywords.refusal(
          where, "more than %d multiples are within the bounds".formatted(MULTIPLES_MAX));
    }
    for (BigInteger at = first; at.compareTo(most) <= 0; at = at.add(unit)) {
      draw.text(from, at.toString(), to);
    }
  }

  private static BigInteger ceilingTo(BigInteger value, BigInteger unit) {
    BigInteger rest = value.mod(unit);
    return rest.signum() == 0 ? value : value.add(unit).subtract(rest);
  }

  private void reals(@Nullable Bound low, @Nullable Bound high, String where, int from, int to) {
    Bound least = low == null ? new Bound(new BigDecimal(WIDEST).negate(), true) : low;
    Bound most = high == null ? new Bound(new BigDecimal(WIDEST), true) : high;
    if (!least.isWhole() || !most.isWhole()) {
      throw Keywords.refusal(where, "bounds of numbers that are no integers must be whole");
    }
    int order = least.value.compareTo(most.value);
    checkNotEmpty(order > 0 || order == 0 && !(least.inclusive && most.inclusive), where);
    if (least.value.signum() < 0) {
      int minus = draw.state();
      draw.bytes(from, '-', '-', minus);
      boolean crosses = most.value.signum() >= 0;
      magnitudes(
          minus, crosses ? new Bound(BigDecimal.ZERO, false) : most.negated(), least.negated(), to);
    }
    if (most.value.signum() >= 0) {
      boolean crosses = least.value.signum() < 0;
      magnitudes(from, crosses ? new Bound(BigDecimal.ZERO, true) : least, most, to);
    }
  }

  /** Numbers between two whole bounds, none of which is negative. */
  private void magnitudes(int from, Bound low, Bound high, int to) {
    BigInteger first = low.value.toBigInteger();
    BigInteger last = high.value.toBigInteger();
    if (first.equals(last)) {
      if (low.inclusive && high.inclusive) {
        exactly(from, last, to);
      }
      return;
    }
    if (low.inclusive) {
      exactly(from, first, to);
    }
    int above = draw.state();
    draw.text(from, first.toString(), above);
    json.positiveFraction(above, to);
    if (first.add(BigInteger.ONE).compareTo(last) < 0) {
      int whole = draw.state();
      json.digits(from, first.add(BigInteger.ONE), last.subtract(BigInteger.ONE), whole);
      draw.skip(whole, to);
      json.fraction(whole, to);
    }
    if (high.inclusive) {
      exactly(from, last, to);
    }
  }

  private void exactly(int from, BigInteger value, int to) {
    int whole = draw.state();
    draw.text(from, value.toString(), whole);
    json.zeroFraction(whole, to);
  }
}

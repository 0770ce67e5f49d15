package hanok.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Python's operators on values. */
final class Operators {
  private Operators() {}

  // Equality and order

  @SuppressWarnings("ReferenceEquality") // of what has an identity, such as a namespace
  static boolean equal(Value a, Value b, Meter meter) {
    meter.step();
    if (isNumber(a) && isNumber(b)) {
      return compareNumbers(a, b) == 0;
    }
    return switch (a) {
      case Text left when b instanceof Text right -> {
        meter.characters(Math.min(left.length(), right.length()));
        yield left.equals(right);
      }
      case Items left when b instanceof Items right -> equal(left, right, meter);
      case Dict left when b instanceof Dict right -> equal(left, right, meter);
      case Value.Undefined _ -> b instanceof Value.Undefined;
      case Value.Nothing _ -> b == Value.Nothing.NONE;
      case Special special -> special == b;
      default -> false;
    };
  }

  private static boolean equal(Items a, Items b, Meter meter) {
    boolean tuples = a.kind() == Items.Kind.TUPLE;
    if (tuples != (b.kind() == Items.Kind.TUPLE) || a.values().size() != b.values().size()) {
      return false;
    }
    for (int i = 0; i < a.values().size(); i++) {
      if (!equal(a.values().get(i), b.values().get(i), meter)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Dict a, Dict b, Meter meter) {
    if (a.size() != b.size()) {
      return false;
    }
    for (var entry : a.byKey().entrySet()) {
      Value other = b.find(entry.getKey());
      if (other == null || !equal(entry.getValue().value(), other, meter)) {
        return false;
      }
    }
    return true;
  }

  /** Negative, zero or positive; fails where Python knows no order. */
  static int compare(Value a, Value b, Meter meter) {
    meter.step();
    if (isNumber(a) && isNumber(b)) {
      return compareNumbers(a, b);
    }
    if (a instanceof Text left && b instanceof Text right) {
      meter.characters(Math.min(left.length(), right.length()));
      return compare(left.string(), right.string());
    }
    if (a instanceof Items left && b instanceof Items right) {
      Iterator<Value> rights = right.values().iterator();
      for (Value value : left.values()) {
        if (!rights.hasNext()) {
          return 1;
        }
        Value other = rights.next();
        if (!equal(value, other, meter)) {
          return compare(value, other, meter);
        }
      }
      return rights.hasNext() ? -1 : 0;
    }
    throw new Fault("no order between " + a.type() + " and " + b.type());
  }

  /** By code points, which UTF-16 does not order as its units. */
  private static int compare(String a, String b) {
    int same = 0;
    int end = Math.min(a.length(), b.length());
    while (same < end && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    if (same == end) {
      return a.length() - b.length();
    }
    boolean inside = same > 0 && Character.isHighSurrogate(a.charAt(same - 1));
    int at = inside ? same - 1 : same;
    return Integer.compare(a.codePointAt(at), b.codePointAt(at));
  }

  private static int compareNumbers(Value a, Value b) {
    if (!(a instanceof Value.Real) && !(b instanceof Value.Real)) {
      return Long.compare(integer(a), integer(b));
    }
    double left = real(a);
    double right = real(b);
    return left == right ? 0 : left < right ? -1 : 1;
  }

  /** {@code a in b}. */
  static boolean contains(Value container, Value value, Meter meter) {
    return switch (container) {
      case Text text when value instanceof Text part -> {
        meter.search(text.length(), part.length());
        yield text.string().contains(part.string());
      }
      case Items items -> {
        boolean found = false;
        for (int i = 0; i < items.values().size() && !found; i++) {
          found = equal(items.values().get(i), value, meter);
        }
        yield found;
      }
      case Dict dict -> dict.find(Dict.key(value)) != null;
      case Value.Undefined _ -> false;
      default -> throw new Fault("a " + value.type() + " cannot be in a " + container.type());
    };
  }

  // Arithmetic

  static Value add(Value a, Value b, Meter meter) {
    if (a instanceof Text left && b instanceof Text right) {
      return new TextBuilder(meter).append(left).append(right).build();
    }
    if (a instanceof Items left
        && b instanceof Items right
        && (left.kind() == Items.Kind.TUPLE) == (right.kind() == Items.Kind.TUPLE)) {
      long size = (long) left.values().size() + right.values().size();
      meter.step(size);
      List<Value> joined = new ArrayList<>(left.values());
      joined.addAll(right.values());
      return left.with(joined);
    }
    return arithmetic("+", a, b, Math::addExact, Double::sum);
  }

  static Value subtract(Value a, Value b) {
    return arithmetic("-", a, b, Math::subtractExact, (x, y) -> x - y);
  }

  static Value multiply(Value a, Value b, Meter meter) {
    if (isInteger(b) && (a instanceof Text || a instanceof Items)) {
      return repeat(a, integer(b), meter);
    }
    if (isInteger(a) && (b instanceof Text || b instanceof Items)) {
      return repeat(b, integer(a), meter);
    }
    return arithmetic("*", a, b, Math::multiplyExact, (x, y) -> x * y);
  }

  private static Value repeat(Value value, long times, Meter meter) {
    if (value instanceof Text text) {
      TextBuilder repeated = new TextBuilder(meter);
      for (long i = 0; i < times && !text.isEmpty(); i++) {
        meter.step();
        repeated.append(text);
      }
      return repeated.build();
    }
    Items items = (Items) value;
    List<Value> repeated = new ArrayList<>();
    for (long i = 0; i < times && !items.values().isEmpty(); i++) {
      meter.step(items.values().size());
      repeated.addAll(items.values());
      if (repeated.size() > Meter.ITEMS_MAX) {
        break;
      }
    }
    return items.with(repeated);
  }

  static Value divide(Value a, Value b) {
    numbers("/", a, b);
    return new Value.Real(real(a) / divisor(b));
  }

  static Value floorDivide(Value a, Value b) {
    numbers("//", a, b);
    divisor(b);
    return arithmetic(
        "//",
        a,
        b,
        (x, y) -> {
          if (x == Long.MIN_VALUE && y == -1) {
            throw new ArithmeticException();
          }
          return Math.floorDiv(x, y);
        },
        (x, y) -> Math.floor(x / y));
  }

  static Value modulo(Value a, Value b) {
    numbers("%", a, b);
    divisor(b);
    return arithmetic("%", a, b, Math::floorMod, Operators::floorMod);
  }

  private static double floorMod(double x, double y) {
    double rest = x % y;
    if (rest == 0) {
      return Math.copySign(0, y);
    }
    return rest < 0 != y < 0 ? rest + y : rest;
  }

  static Value power(Value a, Value b) {
    numbers("**", a, b);
    if (isInteger(a) && isInteger(b) && integer(b) >= 0) {
      return arithmetic("**", a, b, Operators::powerExact, Math::pow);
    }
    if (real(a) == 0 && real(b) < 0) {
      throw new Fault("zero to a negative power");
    }
    double power = Math.pow(real(a), real(b));
    if (Double.isNaN(power) || Double.isInfinite(power)) {
      throw new Fault("a power has no value that fits");
    }
    return new Value.Real(power);
  }

  private static long powerExact(long base, long exponent) {
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1 : -1;
    }
    long power = 1;
    for (long i = 0; i < exponent; i++) {
      power = Math.multiplyExact(power, base); // overflows after 63 rounds at most
    }
    return power;
  }

  static Value negate(Value value) {
    if (value instanceof Value.Real number) {
      return new Value.Real(-number.value());
    }
    return subtract(new Value.Int(0), value);
  }

  static Value plus(Value value) {
    return value instanceof Value.Real ? value : subtract(value, new Value.Int(0));
  }

  private static Value arithmetic(
      String sign, Value a, Value b, LongBinaryOperator longs, DoubleBinaryOperator doubles) {
    numbers(sign, a, b);
    if (a instanceof Value.Real || b instanceof Value.Real) {
      return new Value.Real(doubles.applyAsDouble(real(a), real(b)));
    }
    try {
      return new Value.Int(longs.applyAsLong(integer(a), integer(b)));
    } catch (ArithmeticException e) {
      throw new Fault("an integer does not fit 64 bits");
    }
  }

  private static void numbers(String sign, Value a, Value b) {
    if (!isNumber(a) || !isNumber(b)) {
      String names = a instanceof Value.Undefined u ? " (" + u.name() + ")" : "";
      names += b instanceof Value.Undefined u ? " (" + u.name() + ")" : "";
      throw new Fault("no " + sign + " between " + a.type() + " and " + b.type() + names);
    }
  }

  private static double divisor(Value value) {
    double divisor = real(value);
    if (divisor == 0) {
      throw new Fault("division by zero");
    }
    return divisor;
  }

  static boolean isNumber(Value value) {
    return isInteger(value) || value instanceof Value.Real;
  }

  static boolean isInteger(Value value) {
    return value instanceof Value.Int || value instanceof Value.Bool;
  }

  static long integer(Value value) {
    return switch (value) {
      case Value.Int number -> number.value();
      case Value.Bool flag -> flag.value() ? 1 : 0;
      default -> throw new Fault("an integer is wanted, not a " + value.type());
    };
  }

  static double real(Value value) {
    return value instanceof Value.Real number ? number.value() : integer(value);
  }
}

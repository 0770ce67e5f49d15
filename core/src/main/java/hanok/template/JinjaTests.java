package hanok.template;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tests that stand behind {@code is}. */
final class JinjaTests {
  private static final Map<String, Predicate<Call>> ALL = new HashMap<>();

  static {
    ALL.put("defined", c -> !(of(c) instanceof Value.Undefined));
    ALL.put("undefined", c -> of(c) instanceof Value.Undefined);
    ALL.put("none", c -> of(c) == Value.Nothing.NONE);
    ALL.put("boolean", c -> of(c) instanceof Value.Bool);
    ALL.put("true", c -> of(c) instanceof Value.Bool flag && flag.value());
    ALL.put("false", c -> of(c) instanceof Value.Bool flag && !flag.value());
    ALL.put("integer", c -> of(c) instanceof Value.Int);
    ALL.put("float", c -> of(c) instanceof Value.Real);
    ALL.put("number", c -> Operators.isNumber(of(c)));
    ALL.put("string", c -> of(c) instanceof Text);
    ALL.put("mapping", c -> of(c) instanceof Dict);
    ALL.put("iterable", c -> isSequence(of(c)));
    ALL.put("sequence", c -> isSequence(of(c)));
    ALL.put("callable", c -> of(c) instanceof Special);
    ALL.put("escaped", c -> of(c) == null);
    ALL.put("odd", c -> Math.floorMod(Operators.integer(of(c)), 2) == 1);
    ALL.put("even", c -> Math.floorMod(Operators.integer(of(c)), 2) == 0);
    ALL.put("divisibleby", JinjaTests::isDivisible);
    ALL.put("in", c -> Operators.contains(c.value(1, "seq"), of(c), c.meter()));
    ALL.put("sameas", c -> isSame(of(c), c.value(1, "other")));
    ALL.put("lower", c -> isCased(of(c), Character::isLowerCase));
    ALL.put("upper", c -> isCased(of(c), Character::isUpperCase));
    ALL.put("filter", c -> Filters.find(c.strictText(0, "value").string()) != null);
    ALL.put("test", c -> find(c.strictText(0, "value").string()) != null);
    for (String name : new String[] {"eq", "equalto", "=="}) {
      ALL.put(name, c -> Operators.equal(of(c), other(c), c.meter()));
    }
    for (String name : new String[] {"ne", "!="}) {
      ALL.put(name, c -> !Operators.equal(of(c), other(c), c.meter()));
    }
    for (String name : new String[] {"lt", "lessthan", "<"}) {
      ALL.put(name, c -> Operators.compare(of(c), other(c), c.meter()) < 0);
    }
    for (String name : new String[] {"le", "<="}) {
      ALL.put(name, c -> Operators.compare(of(c), other(c), c.meter()) <= 0);
    }
    for (String name : new String[] {"gt", "greaterthan", ">"}) {
      ALL.put(name, c -> Operators.compare(of(c), other(c), c.meter()) > 0);
    }
    for (String name : new String[] {"ge", ">="}) {
      ALL.put(name, c -> Operators.compare(of(c), other(c), c.meter()) >= 0);
    }
  }

  private JinjaTests() {}

  /** The test with a name, or null. */
  static @Nullable Predicate<Call> find(String name) {
    return ALL.get(name);
  }

  private static Value of(Call call) {
    return call.value(0, "value");
  }

  private static Value other(Call call) {
    return call.value(1, "other");
  }

  private static boolean isSequence(Value value) {
    return value instanceof Text
        || value instanceof Items
        || value instanceof Dict
        || value instanceof Value.Undefined;
  }

  private static boolean isDivisible(Call call) {
    Value rest = Operators.modulo(of(call), call.value(1, "num"));
    return !rest.truth();
  }

  @SuppressWarnings("ReferenceEquality") // which is what the test asks for
  private static boolean isSame(Value a, Value b) {
    return switch (a) {
      case Value.Nothing _, Value.Bool _ -> a.equals(b);
      default -> a == b;
    };
  }

  /** Whether there are letters that have case, and all of them pass. */
  static boolean isCased(Value value, IntPredicate wanted) {
    int[] cased =
        (value instanceof Text text ? text.string() : "")
            .codePoints()
            .filter(c -> Character.isUpperCase(c) || Character.isLowerCase(c))
            .toArray();
    return cased.length > 0 && java.util.Arrays.stream(cased).allMatch(wanted);
  }
}

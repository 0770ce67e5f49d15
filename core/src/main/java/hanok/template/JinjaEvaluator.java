package hanok.template;

import hanok.template.Expression.Arguments;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes the expressions of a template once it runs. Its reach is the values it is given. */
final class JinjaEvaluator {
  private final Meter meter;
  private final ZonedDateTime now;
  private int at;

  JinjaEvaluator(Meter meter, ZonedDateTime now) {
    this.meter = meter;
    this.now = now;
  }

  Meter meter() {
    return meter;
  }

  ZonedDateTime now() {
    return now;
  }

  /** Where in the source the evaluator is. */
  int at() {
    return at;
  }

  void arriveAt(int place) {
    at = place;
    meter.step();
  }

  Value evaluate(Expression expression, Scope scope) {
    meter.enter();
    arriveAt(expression.at());
    Value value =
        switch (expression) {
          case Expression.Literal literal -> literal.value();
          case Expression.Name name -> {
            Value known = scope.find(name.name(), meter);
            yield known == null ? new Value.Undefined(name.name()) : known;
          }
          case Expression.Sequence e -> {
            List<Value> elements = evaluate(e.elements(), scope);
            yield e.tuple() ? Items.tuple(elements) : Items.list(elements);
          }
          case Expression.Mapping e -> mapping(e, scope);
          case Expression.Unary e -> unary(e, scope);
          case Expression.Binary e -> binary(e, scope);
          case Expression.Concatenation e -> {
            TextBuilder text = new TextBuilder(meter);
            e.parts().forEach(p -> text.append(Printing.str(evaluate(p, scope), meter)));
            yield text.build();
          }
          case Expression.Comparison e -> Value.Bool.of(comparison(e, scope));
          case Expression.Conditional e -> conditional(e, scope);
          case Expression.Attribute e -> {
            Value of = evaluate(e.of(), scope);
            at = e.at();
            yield Members.attribute(of, e.name());
          }
          case Expression.Subscript e -> {
            Value of = evaluate(e.of(), scope);
            Value index = evaluate(e.index(), scope);
            at = e.at();
            yield Members.subscript(of, index, meter);
          }
          case Expression.Slice e -> slice(e, scope);
          case Expression.Invocation e -> invocation(e, scope, Map.of());
          case Expression.Filtered e -> {
            Value of = evaluate(e.of(), scope);
            List<Value> positional = evaluate(e.arguments().positional(), scope);
            Map<String, Value> named = evaluate(e.arguments().named(), scope);
            at = e.at();
            yield filter(e.filter(), of, positional, named);
          }
          case Expression.Tested e -> {
            Value of = evaluate(e.of(), scope);
            List<Value> positional = evaluate(e.arguments().positional(), scope);
            Map<String, Value> named = evaluate(e.arguments().named(), scope);
            at = e.at();
            yield Value.Bool.of(e.negated() != test(e.test(), of, positional, named));
          }
        };
    meter.leave();
    return value;
  }

  private List<Value> evaluate(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Map<String, Value> evaluate(Map<String, Expression> expressions, Scope scope) {
    if (expressions.isEmpty()) {
      return Map.of();
    }
    Map<String, Value> values = new LinkedHashMap<>();
    expressions.forEach((name, expression) -> values.put(name, evaluate(expression, scope)));
    return values;
  }

  private Value mapping(Expression.Mapping e, Scope scope) {
    Dict.Builder dict = new Dict.Builder();
    for (int i = 0; i < e.keys().size(); i++) {
      Value key = evaluate(e.keys().get(i), scope);
      dict.put(key, evaluate(e.values().get(i), scope));
    }
    return dict.build();
  }

  private Value unary(Expression.Unary e, Scope scope) {
    Value operand = evaluate(e.operand(), scope);
    at = e.at();
    return switch (e.operator()) {
      case "not" -> Value.Bool.of(!operand.truth());
      case "-" -> Operators.negate(operand);
      default -> Operators.plus(operand);
    };
  }

  private Value binary(Expression.Binary e, Scope scope) {
    Value left = evaluate(e.left(), scope);
    if (e.operator().equals("and")) {
      return left.truth() ? evaluate(e.right(), scope) : left;
    }
    if (e.operator().equals("or")) {
      return left.truth() ? left : evaluate(e.right(), scope);
    }
    Value right = evaluate(e.right(), scope);
    at = e.at();
    return switch (e.operator()) {
      case "+" -> Operators.add(left, right, meter);
      case "-" -> Operators.subtract(left, right);
      case "*" -> Operators.multiply(left, right, meter);
      case "/" -> Operators.divide(left, right);
      case "//" -> Operators.floorDivide(left, right);
      case "%" ->
          left instanceof Text format
              ? Format.format(format, right, meter)
              : Operators.modulo(left, right);
      default -> Operators.power(left, right);
    };
  }

  private boolean comparison(Expression.Comparison e, Scope scope) {
    Value left = evaluate(e.operands().getFirst(), scope);
    for (int i = 0; i < e.operators().size(); i++) {
      Value right = evaluate(e.operands().get(i + 1), scope);
      at = e.at();
      if (!compare(e.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean compare(String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> Operators.equal(left, right, meter);
      case "!=" -> !Operators.equal(left, right, meter);
      case "<" -> Operators.compare(left, right, meter) < 0;
      case "<=" -> Operators.compare(left, right, meter) <= 0;
      case ">" -> Operators.compare(left, right, meter) > 0;
      case ">=" -> Operators.compare(left, right, meter) >= 0;
      case "in" -> Operators.contains(right, left, meter);
      default -> !Operators.contains(right, left, meter);
    };
  }

  private Value conditional(Expression.Conditional e, Scope scope) {
    if (evaluate(e.test(), scope).truth()) {
      return evaluate(e.then(), scope);
    }
    Expression otherwise = e.otherwise();
    return otherwise == null ? new Value.Undefined("else") : evaluate(otherwise, scope);
  }

  private Value slice(Expression.Slice e, Scope scope) {
    Value of = evaluate(e.of(), scope);
    Long from = bound(e.from(), scope);
    Long to = bound(e.to(), scope);
    Long step = bound(e.step(), scope);
    at = e.at();
    return Sequences.slice(of, from, to, step, meter);
  }

  private @Nullable Long bound(@Nullable Expression expression, Scope scope) {
    if (expression == null) {
      return null;
    }
    Value value = evaluate(expression, scope);
    return value == Value.Nothing.NONE ? null : Long.valueOf(Operators.integer(value));
  }

  /** A call, with named arguments besides those that it says. */
  Value invocation(Expression.Invocation e, Scope scope, Map<String, Value> more) {
    Value callee = evaluate(e.callee(), scope);
    Arguments arguments = e.arguments();
    List<Value> positional = evaluate(arguments.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>(evaluate(arguments.named(), scope));
    named.putAll(more);
    at = e.at();
    if (callee instanceof Special special) {
      Call call = new Call(this, special.typeName(), positional, named);
      Value result = special.call(call);
      call.finish();
      return result;
    }
    String name = callee instanceof Value.Undefined undefined ? " (" + undefined.name() + ")" : "";
    throw new Fault("a value of type " + callee.type() + name + " cannot be called");
  }

  /** Applies a filter. */
  Value filter(String name, Value of, List<Value> positional, Map<String, Value> named) {
    java.util.function.Function<Call, Value> filter = Filters.find(name);
    if (filter == null) {
      throw new Fault("no filter is called '" + name + "'");
    }
    Call call = new Call(this, name, withFirst(of, positional), named);
    Value result = filter.apply(call);
    call.finish();
    return result;
  }

  /** Applies a test. */
  boolean test(String name, Value of, List<Value> positional, Map<String, Value> named) {
    java.util.function.Predicate<Call> test = JinjaTests.find(name);
    if (test == null) {
      throw new Fault("no test is called '" + name + "'");
    }
    Call call = new Call(this, name, withFirst(of, positional), named);
    boolean result = test.test(call);
    call.finish();
    return result;
  }

  private List<Value> withFirst(Value first, List<Value> rest) {
    meter.step(1 + rest.size());
    List<Value> all = new ArrayList<>(rest.size() + 1);
    all.add(first);
    all.addAll(rest);
    return all;
  }
}

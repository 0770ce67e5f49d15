package hanok.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of Jinja; {@code at} is its place in the source. */
sealed interface Expression {
  int at();

  record Literal(int at, Value value) implements Expression {}

  record Name(int at, String name) implements Expression {}

  record Sequence(int at, List<Expression> elements, boolean tuple) implements Expression {}

  record Mapping(int at, List<Expression> keys, List<Expression> values) implements Expression {}

  record Unary(int at, String operator, Expression operand) implements Expression {}

  record Binary(int at, String operator, Expression left, Expression right) implements Expression {}

  /** {@code a ~ b ~ c}. */
  record Concatenation(int at, List<Expression> parts) implements Expression {}

  /** {@code first < second <= third …}: one operator less than operands. */
  record Comparison(int at, List<Expression> operands, List<String> operators)
      implements Expression {}

  record Conditional(int at, Expression test, Expression then, @Nullable Expression otherwise)
      implements Expression {}

  record Attribute(int at, Expression of, String name) implements Expression {}

  record Subscript(int at, Expression of, Expression index) implements Expression {}

  record Slice(
      int at,
      Expression of,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step)
      implements Expression {}

  record Invocation(int at, Expression callee, Arguments arguments) implements Expression {}

  record Filtered(int at, Expression of, String filter, Arguments arguments)
      implements Expression {}

  record Tested(int at, Expression of, String test, Arguments arguments, boolean negated)
      implements Expression {}

  /** What is given to a call. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}

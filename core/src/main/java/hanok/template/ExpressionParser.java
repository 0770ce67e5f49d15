package hanok.template;

import hanok.template.Expression.Arguments;
import hanok.template.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions with the precedence of Jinja's own parser: from the weakest, {@code if else},
 * {@code or}, {@code and}, {@code not}, comparisons, {@code + -}, {@code ~}, {@code * / // %},
 * {@code **}, signs, and what comes behind a value.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final JinjaCursor in;

  ExpressionParser(JinjaCursor in) {
    this.in = in;
  }

  Expression expression() {
    in.enter();
    int at = in.peek().at();
    Expression value = or();
    while (in.acceptName("if")) {
      Expression test = or();
      Expression otherwise = in.acceptName("else") ? expression() : null;
      value = new Expression.Conditional(at, test, value, otherwise);
    }
    in.leave();
    return value;
  }

  /**
   * Expressions with commas between them are a tuple.
   *
   * @param conditional whether {@code if else} may stand in them
   */
  Expression tuple(boolean conditional) {
    int at = in.peek().at();
    List<Expression> elements = new ArrayList<>();
    boolean comma = false;
    while (!endsTuple()) {
      elements.add(conditional ? expression() : or());
      if (!in.acceptOperator(",")) {
        break;
      }
      comma = true;
    }
    if (elements.isEmpty()) {
      throw new Fault("an expression is expected, not " + in.peek().label());
    }
    return comma ? new Expression.Sequence(at, elements, true) : elements.getFirst();
  }

  private boolean endsTuple() {
    JinjaToken token = in.peek();
    return token.kind() == Kind.VARIABLE_END
        || token.kind() == Kind.BLOCK_END
        || token.isOperator(")")
        || token.isName("in");
  }

  /** An expression without {@code if else}, as conditions and loops have it. */
  Expression or() {
    Expression left = and();
    while (in.peek().isName("or")) {
      int at = in.take().at();
      left = new Expression.Binary(at, "or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (in.peek().isName("and")) {
      int at = in.take().at();
      left = new Expression.Binary(at, "and", left, not());
    }
    return left;
  }

  private Expression not() {
    if (!in.peek().isName("not")) {
      return comparison();
    }
    int at = in.take().at();
    in.enter();
    Expression operand = not();
    in.leave();
    return new Expression.Unary(at, "not", operand);
  }

  private Expression comparison() {
    int at = in.peek().at();
    List<Expression> operands = new ArrayList<>(List.of(sum()));
    List<String> operators = new ArrayList<>();
    while (true) {
      JinjaToken token = in.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(in.take().text());
      } else if (in.acceptName("in")) {
        operators.add("in");
      } else if (token.isName("not") && in.second().isName("in")) {
        in.take();
        in.take();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(sum());
    }
    return operators.isEmpty()
        ? operands.getFirst()
        : new Expression.Comparison(at, operands, operators);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (in.peek().kind() == Kind.OPERATOR && SUMS.contains(in.peek().text())) {
      JinjaToken operator = in.take();
      left = new Expression.Binary(operator.at(), operator.text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    int at = in.peek().at();
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (in.acceptOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(at, parts);
  }

  private Expression product() {
    Expression left = power();
    while (in.peek().kind() == Kind.OPERATOR && PRODUCTS.contains(in.peek().text())) {
      JinjaToken operator = in.take();
      left = new Expression.Binary(operator.at(), operator.text(), left, power());
    }
    return left;
  }

  /** Jinja groups powers from the left, unlike Python. */
  private Expression power() {
    Expression left = signed(true);
    while (in.peek().isOperator("**")) {
      int at = in.take().at();
      left = new Expression.Binary(at, "**", left, signed(true));
    }
    return left;
  }

  private Expression signed(boolean filtered) {
    JinjaToken token = in.peek();
    Expression value;
    if (token.isOperator("-") || token.isOperator("+")) {
      in.take();
      in.enter();
      value = new Expression.Unary(token.at(), token.text(), signed(false));
      in.leave();
    } else {
      value = primary();
    }
    value = postfixes(value);
    return filtered ? filters(value) : value;
  }

  private Expression primary() {
    JinjaToken token = in.take();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder joined = new StringBuilder(token.text());
        while (in.peek().kind() == Kind.STRING) {
          joined.append(in.take().text());
        }
        yield new Expression.Literal(token.at(), Text.of(joined.toString()));
      }
      case INTEGER -> new Expression.Literal(token.at(), new Value.Int(integer(token.text())));
      case REAL ->
          new Expression.Literal(token.at(), new Value.Real(Double.parseDouble(token.text())));
      case OPERATOR -> brackets(token);
      default -> throw new Fault("an expression is expected, not " + token.label());
    };
  }

  private static Expression name(JinjaToken token) {
    Value constant =
        switch (token.text()) {
          case "true", "True" -> Value.Bool.TRUE;
          case "false", "False" -> Value.Bool.FALSE;
          case "none", "None" -> Value.Nothing.NONE;
          default -> null;
        };
    return constant == null
        ? new Expression.Name(token.at(), token.text())
        : new Expression.Literal(token.at(), constant);
  }

  private static long integer(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new Fault("an integer does not fit 64 bits");
    }
  }

  private Expression brackets(JinjaToken token) {
    return switch (token.text()) {
      case "(" -> {
        if (in.acceptOperator(")")) {
          yield new Expression.Sequence(token.at(), List.of(), true);
        }
        Expression inside = tuple(true);
        in.expectOperator(")");
        yield inside;
      }
      case "[" -> {
        List<Expression> elements = new ArrayList<>();
        while (!in.peek().isOperator("]")) {
          elements.add(expression());
          if (!in.acceptOperator(",")) {
            break;
          }
        }
        in.expectOperator("]");
        yield new Expression.Sequence(token.at(), elements, false);
      }
      case "{" -> mapping(token.at());
      default -> throw new Fault("an expression is expected, not " + token.label());
    };
  }

  private Expression mapping(int at) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!in.peek().isOperator("}")) {
      keys.add(expression());
      in.expectOperator(":");
      values.add(expression());
      if (!in.acceptOperator(",")) {
        break;
      }
    }
    in.expectOperator("}");
    return new Expression.Mapping(at, keys, values);
  }

  private Expression postfixes(Expression first) {
    Expression value = first;
    while (true) {
      JinjaToken token = in.peek();
      if (token.isOperator(".")) {
        in.take();
        value = member(value, in.take());
      } else if (token.isOperator("[")) {
        in.take();
        value = subscript(value, token.at());
        in.expectOperator("]");
      } else if (token.isOperator("(")) {
        value = new Expression.Invocation(token.at(), value, arguments());
      } else {
        return value;
      }
    }
  }

  private static Expression member(Expression value, JinjaToken name) {
    return switch (name.kind()) {
      case NAME -> new Expression.Attribute(name.at(), value, name.text());
      case INTEGER ->
          new Expression.Subscript(
              name.at(),
              value,
              new Expression.Literal(name.at(), new Value.Int(integer(name.text()))));
      default -> throw new Fault("a name is expected, not " + name.label());
    };
  }

  private Expression subscript(Expression value, int at) {
    Expression from = in.peek().isOperator(":") ? null : expression();
    if (from != null && !in.peek().isOperator(":")) {
      return new Expression.Subscript(at, value, from);
    }
    in.expectOperator(":");
    Expression to = bound();
    Expression step = in.acceptOperator(":") ? bound() : null;
    return new Expression.Slice(at, value, from, to, step);
  }

  private @Nullable Expression bound() {
    boolean none = in.peek().isOperator(":") || in.peek().isOperator("]");
    return none ? null : expression();
  }

  private Expression filters(Expression first) {
    Expression value = first;
    while (true) {
      JinjaToken token = in.peek();
      if (token.isOperator("|")) {
        in.take();
        value = filter(value, token.at());
      } else if (token.isName("is")) {
        in.take();
        value = test(value, token.at());
      } else if (token.isOperator("(")) {
        value = new Expression.Invocation(token.at(), value, arguments());
      } else {
        return value;
      }
    }
  }

  Expression filter(Expression value, int at) {
    String name = dotted();
    Arguments arguments = in.peek().isOperator("(") ? arguments() : Arguments.NONE;
    return new Expression.Filtered(at, value, name, arguments);
  }

  private Expression test(Expression value, int at) {
    boolean negated = in.acceptName("not");
    String name = dotted();
    Arguments arguments = Arguments.NONE;
    if (in.peek().isOperator("(")) {
      arguments = arguments();
    } else if (startsArgument(in.peek())) {
      arguments = new Arguments(List.of(postfixes(primary())), Map.of());
    }
    return new Expression.Tested(at, value, name, arguments, negated);
  }

  private static boolean startsArgument(JinjaToken token) {
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and", "is", "if").contains(token.text());
      case STRING, INTEGER, REAL -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  private String dotted() {
    StringBuilder name = new StringBuilder(in.expectName());
    while (in.acceptOperator(".")) {
      name.append('.').append(in.expectName());
    }
    return name.toString();
  }

  Arguments arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    in.expectOperator("(");
    while (!in.peek().isOperator(")")) {
      if (in.peek().kind() == Kind.NAME && in.second().isOperator("=")) {
        String name = in.take().text();
        in.take();
        if (named.put(name, expression()) != null) {
          throw new Fault("the argument " + name + " is given twice");
        }
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw new Fault("an argument without a name follows one with a name");
      }
      if (!in.acceptOperator(",")) {
        break;
      }
    }
    in.expectOperator(")");
    return new Arguments(positional, named);
  }
}

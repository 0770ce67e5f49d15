package hanok.template;

import hanok.template.JinjaNode.Branch;
import hanok.template.JinjaNode.Signature;
import hanok.template.JinjaNode.Target;
import hanok.template.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the statements of a Jinja template. */
final class JinjaParser {
  private final JinjaCursor in;
  private final ExpressionParser expressions;
  private int loops; // that are open here

  private JinjaParser(JinjaCursor in) {
    this.in = in;
    expressions = new ExpressionParser(in);
  }

  /**
   * @throws TemplateException if the source is no template
   */
  static List<JinjaNode> parse(String source) {
    JinjaCursor cursor;
    try {
      Meter meter = Meter.ofSource(source); // before anything is made of a source without end
      cursor = new JinjaCursor(JinjaLexer.tokens(source), meter);
    } catch (Fault fault) {
      throw fault.at(source, 0);
    }
    try {
      return new JinjaParser(cursor).body(Set.of());
    } catch (Fault fault) {
      throw fault.at(source, cursor.peek().at());
    }
  }

  /** Statements up to a block that begins with one of {@code ends}, whose name is not yet taken. */
  private List<JinjaNode> body(Set<String> ends) {
    in.enter();
    List<JinjaNode> nodes = new ArrayList<>();
    while (true) {
      JinjaToken token = in.peek();
      switch (token.kind()) {
        case DATA -> nodes.add(new JinjaNode.Data(token.at(), Text.of(in.take().text())));
        case VARIABLE_BEGIN -> {
          in.take();
          nodes.add(new JinjaNode.Output(token.at(), expressions.tuple(true)));
          in.expect(Kind.VARIABLE_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          in.take();
          if (in.peek().kind() == Kind.NAME && ends.contains(in.peek().text())) {
            in.leave();
            return nodes;
          }
          statement(nodes);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new Fault("a block does not end");
          }
          in.leave();
          return nodes;
        }
      }
    }
  }

  private void statement(List<JinjaNode> nodes) {
    JinjaToken name = in.expect(Kind.NAME, "the name of a statement");
    int at = name.at();
    switch (name.text()) {
      case "if" -> nodes.add(branches(at));
      case "for" -> nodes.add(loop(at));
      case "set" -> nodes.add(assignment(at));
      case "macro" -> nodes.add(macro(at));
      case "call" -> nodes.add(callBlock(at));
      case "filter" -> nodes.add(filterBlock(at));
      case "with" -> nodes.add(with(at));
      case "generation" -> {
        blockEnd();
        nodes.addAll(bodyTo("endgeneration"));
      }
      case "break", "continue" -> {
        if (loops == 0) {
          throw new Fault(name.text() + " stands outside of a loop");
        }
        blockEnd();
        boolean ends = name.text().equals("break");
        nodes.add(ends ? new JinjaNode.Break(at) : new JinjaNode.Continue(at));
      }
      default -> throw new Fault("a statement that is not known, '" + name.text() + "'");
    }
  }

  private void blockEnd() {
    in.expect(Kind.BLOCK_END, "'%}'");
  }

  /** The body of a block, with its end. */
  private List<JinjaNode> bodyTo(String end) {
    List<JinjaNode> body = body(Set.of(end));
    in.take();
    blockEnd();
    return body;
  }

  private JinjaNode branches(int at) {
    List<Branch> branches = new ArrayList<>();
    List<JinjaNode> otherwise = List.of();
    while (true) {
      Expression test = expressions.tuple(false);
      blockEnd();
      branches.add(new Branch(test, body(Set.of("elif", "else", "endif"))));
      String next = in.take().text();
      if (next.equals("elif")) {
        continue;
      }
      blockEnd();
      if (next.equals("else")) {
        otherwise = bodyTo("endif");
      }
      return new JinjaNode.If(at, branches, otherwise);
    }
  }

  private JinjaNode loop(int at) {
    Target target = target(false);
    if (!in.acceptName("in")) {
      throw new Fault("'in' is expected, not " + in.peek().label());
    }
    Expression sequence = expressions.tuple(false);
    Expression filter = in.acceptName("if") ? expressions.expression() : null;
    blockEnd();
    loops++;
    List<JinjaNode> body = body(Set.of("else", "endfor"));
    loops--;
    List<JinjaNode> otherwise = List.of();
    boolean more = in.take().isName("else");
    blockEnd();
    if (more) {
      otherwise = bodyTo("endfor");
    }
    return new JinjaNode.For(at, target, sequence, filter, body, otherwise);
  }

  private Target target(boolean attributes) {
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    do {
      if (several && in.peek().kind() != Kind.NAME && !in.peek().isOperator("(")) {
        break;
      }
      targets.add(oneTarget(attributes));
      several |= in.peek().isOperator(",");
    } while (in.acceptOperator(","));
    return several ? new Target.ToEach(targets) : targets.getFirst();
  }

  private Target oneTarget(boolean attributes) {
    if (in.acceptOperator("(")) {
      in.enter();
      Target inside = target(attributes);
      in.expectOperator(")");
      in.leave();
      return inside;
    }
    String name = in.expectName();
    if (attributes && in.acceptOperator(".")) {
      return new Target.ToAttribute(name, in.expectName());
    }
    return new Target.ToName(name);
  }

  private JinjaNode assignment(int at) {
    Target target = target(true);
    if (in.acceptOperator("=")) {
      Expression value = expressions.tuple(true);
      blockEnd();
      return new JinjaNode.Set(at, target, value);
    }
    Expression value = new Expression.Name(at, JinjaNode.BODY);
    while (in.acceptOperator("|")) {
      value = expressions.filter(value, at);
    }
    blockEnd();
    return new JinjaNode.SetBlock(at, target, value, bodyTo("endset"));
  }

  private JinjaNode macro(int at) {
    String name = in.expectName();
    Signature signature = signature();
    blockEnd();
    return new JinjaNode.Macro(at, name, signature, outsideOfLoops("endmacro"));
  }

  private List<JinjaNode> outsideOfLoops(String end) {
    int open = loops;
    loops = 0;
    List<JinjaNode> body = bodyTo(end);
    loops = open;
    return body;
  }

  private Signature signature() {
    List<String> names = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    in.expectOperator("(");
    while (!in.peek().isOperator(")")) {
      names.add(in.expectName());
      if (in.acceptOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw new Fault("a parameter without a default follows one with a default");
      }
      if (!in.acceptOperator(",")) {
        break;
      }
    }
    in.expectOperator(")");
    return new Signature(names, defaults);
  }

  private JinjaNode callBlock(int at) {
    Signature signature = in.peek().isOperator("(") ? signature() : Signature.NONE;
    if (!(expressions.expression() instanceof Expression.Invocation call)) {
      throw new Fault("a call is expected");
    }
    blockEnd();
    return new JinjaNode.CallBlock(at, signature, call, outsideOfLoops("endcall"));
  }

  private JinjaNode filterBlock(int at) {
    Expression value = expressions.filter(new Expression.Name(at, JinjaNode.BODY), at);
    while (in.acceptOperator("|")) {
      value = expressions.filter(value, at);
    }
    blockEnd();
    return new JinjaNode.FilterBlock(at, value, outsideOfLoops("endfilter"));
  }

  private JinjaNode with(int at) {
    List<JinjaNode.Set> sets = new ArrayList<>();
    while (in.peek().kind() == Kind.NAME) {
      int from = in.peek().at();
      Target target = oneTarget(false);
      in.expectOperator("=");
      sets.add(new JinjaNode.Set(from, target, expressions.expression()));
      if (!in.acceptOperator(",")) {
        break;
      }
    }
    blockEnd();
    return new JinjaNode.With(at, sets, bodyTo("endwith"));
  }
}

package hanok.template;

import hanok.template.GoNode.Command;
import hanok.template.GoNode.Operand;
import hanok.template.GoNode.Pipeline;
import hanok.template.GoToken.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a Go template. */
final class GoParser {
  private final List<GoToken> tokens;
  private final Meter meter;
  private int next;
  private int loops; // that are open here
  private final Map<String, List<GoNode>> definitions = new HashMap<>();
  private final Set<String> fields = new HashSet<>();
  private boolean response; // whether .Response was read since this was set to false
  private int responseAt = Integer.MAX_VALUE;

  private GoParser(List<GoToken> tokens, Meter meter) {
    this.tokens = tokens;
    this.meter = meter;
  }

  /**
   * What was read.
   *
   * @param definitions the bodies of {@code define} by name
   * @param fields the names of all fields, in lower case
   * @param responseAt where the first action with {@code .Response} stands
   */
  record Parsed(
      List<GoNode> nodes,
      Map<String, List<GoNode>> definitions,
      Set<String> fields,
      int responseAt) {}

  /**
   * @throws TemplateException if the source is no template
   */
  static Parsed parse(String source) {
    GoParser parser;
    try {
      Meter meter = Meter.ofSource(source); // before anything is made of a source without end
      parser = new GoParser(GoLexer.tokens(source), meter);
    } catch (Fault fault) {
      throw fault.at(source, 0);
    }
    try {
      List<GoNode> nodes = parser.body(Set.of());
      return new Parsed(nodes, parser.definitions, parser.fields, parser.responseAt);
    } catch (Fault fault) {
      throw fault.at(source, parser.peek().at());
    }
  }

  private GoToken peek() {
    return tokens.get(next);
  }

  private GoToken take() {
    GoToken token = tokens.get(next);
    next += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  private boolean accept(Kind kind, String text) {
    boolean is = peek().is(kind, text);
    if (is) {
      take();
    }
    return is;
  }

  private void close() {
    if (peek().kind() != Kind.CLOSE) {
      throw new Fault("'}}' is expected, not " + peek().label());
    }
    take();
  }

  /** Nodes up to an action that begins with one of {@code ends}, which is not yet taken. */
  private List<GoNode> body(Set<String> ends) {
    meter.enter();
    List<GoNode> nodes = new ArrayList<>();
    while (true) {
      GoToken token = take();
      switch (token.kind()) {
        case TEXT -> nodes.add(new GoNode.Literal(token.at(), Text.of(token.text())));
        case OPEN -> {
          if (peek().kind() == Kind.NAME && ends.contains(peek().text())) {
            meter.leave();
            return nodes;
          }
          action(token.at(), nodes);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new Fault("a block does not end");
          }
          meter.leave();
          return nodes;
        }
      }
    }
  }

  private void action(int at, List<GoNode> nodes) {
    String name = peek().kind() == Kind.NAME ? peek().text() : "";
    switch (name) {
      case "if", "with" -> {
        take();
        nodes.add(branch(at, name));
      }
      case "range" -> {
        take();
        nodes.add(range(at));
      }
      case "define" -> {
        take();
        define(string());
      }
      case "block" -> {
        take();
        String called = string();
        Pipeline data = pipeline();
        define(called);
        nodes.add(new GoNode.Template(at, called, data));
      }
      case "template" -> {
        take();
        String called = string();
        Pipeline data = peek().kind() == Kind.CLOSE ? null : pipeline();
        close();
        nodes.add(new GoNode.Template(at, called, data));
      }
      case "break", "continue" -> {
        take();
        close();
        if (loops == 0) {
          throw new Fault(name + " stands outside of a range");
        }
        nodes.add(name.equals("break") ? new GoNode.Break(at) : new GoNode.Continue(at));
      }
      case "else", "end" -> throw new Fault("'" + name + "' belongs to nothing");
      default -> {
        response = false;
        nodes.add(new GoNode.Action(at, pipeline()));
        responseAt = response ? Math.min(responseAt, at) : responseAt;
        close();
      }
    }
  }

  private String string() {
    GoToken token = take();
    if (token.kind() != Kind.STRING) {
      throw new Fault("the name of a template is expected, not " + token.label());
    }
    return token.text();
  }

  private void define(String name) {
    close();
    int open = loops;
    loops = 0;
    List<GoNode> body = body(Set.of("end"));
    loops = open;
    take();
    close();
    definitions.put(name, body);
  }

  private GoNode branch(int at, String name) {
    Pipeline pipeline = pipeline();
    close();
    List<GoNode> body = body(Set.of("else", "end"));
    List<GoNode> otherwise = otherwise();
    return name.equals("if")
        ? new GoNode.If(at, pipeline, body, otherwise)
        : new GoNode.With(at, pipeline, body, otherwise);
  }

  /** What follows the body of a block, with its end. */
  private List<GoNode> otherwise() {
    boolean more = take().text().equals("else");
    if (!more) {
      close();
      return List.of();
    }
    GoToken word = peek();
    if (word.is(Kind.NAME, "if") || word.is(Kind.NAME, "with")) {
      take();
      meter.enter();
      List<GoNode> chain = List.of(branch(word.at(), word.text()));
      meter.leave();
      return chain;
    }
    close();
    List<GoNode> body = body(Set.of("end"));
    take();
    close();
    return body;
  }

  private GoNode range(int at) {
    List<String> variables = new ArrayList<>();
    if (peek().kind() == Kind.VARIABLE && declares()) {
      do {
        GoToken variable = take();
        if (variable.kind() != Kind.VARIABLE || variables.size() == 2) {
          throw new Fault("one or two variables are expected, not " + variable.label());
        }
        variables.add(variable.text());
      } while (accept(Kind.SIGN, ","));
      if (!accept(Kind.SIGN, ":=")) {
        throw new Fault("':=' is expected, not " + peek().label());
      }
    }
    Pipeline of = pipeline();
    close();
    loops++;
    List<GoNode> body = body(Set.of("else", "end"));
    loops--;
    return new GoNode.Range(at, variables, of, body, otherwise());
  }

  private boolean declares() {
    GoToken after = tokens.get(Math.min(next + 1, tokens.size() - 1));
    return after.is(Kind.SIGN, ",") || after.is(Kind.SIGN, ":=");
  }

  private Pipeline pipeline() {
    meter.enter();
    int at = peek().at();
    String variable = null;
    boolean declares = false;
    GoToken after = tokens.get(Math.min(next + 1, tokens.size() - 1));
    if (peek().kind() == Kind.VARIABLE && (after.is(Kind.SIGN, ":=") || after.is(Kind.SIGN, "="))) {
      variable = take().text();
      declares = take().text().equals(":=");
    }
    List<Command> commands = new ArrayList<>();
    do {
      commands.add(command());
    } while (accept(Kind.SIGN, "|"));
    meter.leave();
    return new Pipeline(at, variable, declares, commands);
  }

  private Command command() {
    int at = peek().at();
    List<Operand> operands = new ArrayList<>();
    for (Operand operand = operand(); operand != null; operand = operand()) {
      operands.add(operand);
    }
    if (operands.isEmpty()) {
      throw new Fault("a value is expected, not " + peek().label());
    }
    return new Command(at, operands);
  }

  private @Nullable Operand operand() {
    GoToken token = peek();
    Operand operand =
        switch (token.kind()) {
          case FIELD -> field(take(), new Operand.Dot(token.at()));
          case DOT -> new Operand.Dot(take().at());
          case VARIABLE -> new Operand.Variable(token.at(), take().text());
          case STRING -> new Operand.Constant(token.at(), Text.of(take().text()));
          case NUMBER -> new Operand.Constant(token.at(), number(take().text()));
          case NAME -> named(take());
          case SIGN -> token.text().equals("(") ? group() : null;
          default -> null;
        };
    while (operand != null && peek().kind() == Kind.FIELD && !peek().spaced()) {
      operand = field(take(), operand);
    }
    return operand;
  }

  private Operand field(GoToken token, Operand of) {
    fields.add(token.text().toLowerCase(Locale.ROOT));
    response |= token.text().equals("Response");
    return new Operand.Field(token.at(), of, token.text());
  }

  private static Operand named(GoToken token) {
    return switch (token.text()) {
      case "true" -> new Operand.Constant(token.at(), Value.Bool.TRUE);
      case "false" -> new Operand.Constant(token.at(), Value.Bool.FALSE);
      case "nil" -> new Operand.Constant(token.at(), Value.Nothing.NONE);
      default -> new Operand.Function(token.at(), token.text());
    };
  }

  private Operand group() {
    int at = take().at();
    Pipeline inside = pipeline();
    if (!accept(Kind.SIGN, ")")) {
      throw new Fault("')' is expected, not " + peek().label());
    }
    return new Operand.Group(at, inside);
  }

  private static Value number(String digits) {
    try {
      return digits.contains(".")
          ? new Value.Real(Double.parseDouble(digits))
          : new Value.Int(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      throw new Fault("'" + digits + "' is no number");
    }
  }
}

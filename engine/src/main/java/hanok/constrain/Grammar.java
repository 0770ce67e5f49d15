package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form that an answer has to have: a language over bytes. Immutable and thread-safe.
 *
 * <p>JSON is written compact, or with one space behind a colon or a comma, or over lines of up to
 * {@value JsonSyntax#INDENT_MAX} spaces before their text; one such space may come first, and none
 * last. See docs/structured-output.md.
 */
public final class Grammar {
  /** White space before a call, where there might be text instead. */
  private static final int CALL_SPACE_MAX = 8;

  public static final int TOOLS_MAX = 1000;

  private final Automaton automaton;

  private Grammar(Automaton automaton) {
    this.automaton = automaton;
  }

  /** Any JSON object: what Ollama calls {@code json} and OpenAI {@code json_object}. */
  public static Grammar json() {
    AutomatonBuilder builder = new AutomatonBuilder();
    JsonSyntax syntax = new JsonSyntax(builder);
    return new Grammar(builder.build(document(syntax, syntax.object())));
  }

  /**
   * JSON that a schema validates: a subset of JSON Schema 2020-12, see docs/structured-output.md.
   * Properties come in the order of the schema. Where it declares properties and says nothing of
   * others, there are no others.
   *
   * @throws IllegalArgumentException if the schema demands what cannot be followed, is too large,
   * or     if nothing fits it; the message begins with the JSON pointer of the place
   */
  public static Grammar ofSchema(JsonNode schema) {
    AutomatonBuilder builder = new AutomatonBuilder();
    JsonSyntax syntax = new JsonSyntax(builder);
    SchemaCompiler compiler = new SchemaCompiler(syntax, new References(schema));
    int value = compiler.compile(schema);
    Automaton automaton = builder.build(document(syntax, value));
    compiler.checkSatisfiable(automaton);
    return new Grammar(satisfiable(automaton));
  }

  /**
   * A call of one of some tools: <code>{"name": …, "arguments": …}</code>, with arguments of the
   * tool of that name.
   *
   * @throws IllegalArgumentException if there is no tool, two have one name, or the parameters of
   *     one are refused as by {@link #ofSchema}
   */
  public static Grammar call(List<Tool> tools) {
    AutomatonBuilder builder = new AutomatonBuilder();
    JsonSyntax syntax = new JsonSyntax(builder);
    Calls calls = new Calls(syntax, tools);
    return new Grammar(calls.checked(builder.build(document(syntax, calls.rule))));
  }

  /**
   * Either such a call, or any text whose first character, after white space, is no opening brace.
   *
   * @throws IllegalArgumentException as {@link #call} does
   */
  public static Grammar textOrCall(List<Tool> tools) {
    AutomatonBuilder builder = new AutomatonBuilder();
    JsonSyntax syntax = new JsonSyntax(builder);
    Calls calls = new Calls(syntax, tools);
    Utf8Edges utf8 = new Utf8Edges(builder);
    int whole = builder.rule();
    CodePoints blank = CodePoints.of(" \n\r\t");
    int blanks = builder.state();
    builder.skip(builder.start(whole), blanks);
    utf8.draw(blanks, blank, blanks);
    builder.skip(blanks, builder.end(whole));
    int text = builder.state();
    utf8.draw(blanks, blank.union(CodePoints.of("{")).complement(), text);
    utf8.draw(text, CodePoints.ALL, text);
    builder.skip(text, builder.end(whole));
    int at = builder.start(whole);
    for (int i = 0; i <= CALL_SPACE_MAX; i++) {
      builder.call(at, calls.rule, builder.end(whole));
      int next = builder.state();
      utf8.draw(at, blank, next);
      at = next;
    }
    return new Grammar(calls.checked(builder.build(whole)));
  }

  private static int document(JsonSyntax syntax, int value) {
    AutomatonBuilder builder = syntax.builder;
    int document = builder.rule();
    int before = builder.state();
    syntax.space(builder.start(document), before);
    builder.call(before, value, builder.end(document));
    return document;
  }

  private static Automaton satisfiable(Automaton automaton) {
    if (automaton.need(automaton.start()) == Automaton.DEAD) {
      throw new IllegalArgumentException(
          "no value fits the schema, or only ones that nest deeper than %d"
              .formatted(Automaton.FRAMES_MAX));
    }
    return automaton;
  }

  /** The rule of a call, and the compilers of the parameters. */
  private static final class Calls {
    private final List<Arguments> drawn = new ArrayList<>();
    private final int rule;

    private record Arguments(Tool tool, SchemaCompiler compiler) {}

    Calls(JsonSyntax syntax, List<Tool> tools) {
      if (tools.isEmpty() || tools.size() > TOOLS_MAX) {
        throw new IllegalArgumentException(
            "a call needs 1 to %d tools, but there are %d".formatted(TOOLS_MAX, tools.size()));
      }
      AutomatonBuilder builder = syntax.builder;
      rule = builder.rule();
      int opened = builder.state();
      int first = builder.state();
      int name = builder.state();
      int last = builder.state();
      int beforeName = builder.state();
      builder.text(builder.start(rule), "{", opened);
      syntax.space(opened, first);
      builder.text(first, "\"name\"", name);
      syntax.colon(name, beforeName);
      syntax.close(last, "}", builder.end(rule));
      Set<String> names = new HashSet<>();
      for (Tool tool : tools) {
        if (!names.add(tool.name())) {
          throw new IllegalArgumentException("two tools are named \"%s\"".formatted(tool.name()));
        }
        int named = builder.state();
        int key = builder.state();
        int afterKey = builder.state();
        int arguments = builder.state();
        builder.text(beforeName, JsonSyntax.quoted(tool.name()), named);
        syntax.comma(named, key);
        builder.text(key, "\"arguments\"", afterKey);
        syntax.colon(afterKey, arguments);
        builder.call(arguments, arguments(syntax, tool), last);
      }
    }

    private int arguments(JsonSyntax syntax, Tool tool) {
      try {
        SchemaCompiler compiler = new SchemaCompiler(syntax, new References(tool.parameters()));
        drawn.add(new Arguments(tool, compiler));
        return compiler.compile(anObject(tool.parameters()));
      } catch (IllegalArgumentException e) {
        throw refused(tool, e);
      }
    }

    private static JsonNode anObject(JsonNode parameters) {
      if (parameters.path("type").asString("").equals("object")) {
        return parameters;
      }
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.putArray("allOf").add(parameters).addObject().put("type", "object");
      return object;
    }

    private static IllegalArgumentException refused(Tool tool, IllegalArgumentException reason) {
      return new IllegalArgumentException(
          "the parameters of tool \"%s\": %s".formatted(tool.name(), reason.getMessage()), reason);
    }

    Automaton checked(Automaton automaton) {
      for (Arguments arguments : drawn) {
        try {
          arguments.compiler.checkSatisfiable(automaton);
        } catch (IllegalArgumentException e) {
          throw refused(arguments.tool, e);
        }
      }
      return satisfiable(automaton);
    }
  }

  Automaton automaton() {
    return automaton;
  }

  /** Whether a text is of this form. */
  boolean matches(String text) {
    Configurations configurations = new Configurations(automaton);
    return configurations.step(configurations.start(), text.getBytes(UTF_8)).complete;
  }

  /** Whether a text begins one of this form. */
  boolean begins(String text) {
    Configurations configurations = new Configurations(automaton);
    return !configurations.step(configurations.start(), text.getBytes(UTF_8)).isDead();
  }
}

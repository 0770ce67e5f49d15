package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Draws a JSON Schema: each subschema becomes a rule, which the others call, so that schemas may be
 * recursive. Rules wait in a queue until they are drawn; nothing here recurses with the schema.
 */
final class SchemaCompiler {
  static final int RULES_MAX = 20_000;
  static final int CONJUNCTS_MAX = 1000;

  private final JsonSyntax syntax;
  private final AutomatonBuilder builder;
  private final References references;
  private final ValueEdges values;
  private final IdentityHashMap<JsonNode, Integer> rules = new IdentityHashMap<>();
  private final List<Rule> drawn = new ArrayList<>();
  private final Deque<Rule> waiting = new ArrayDeque<>();

  /**
   * A subschema.
   *
   * @param given whether the schema has it, rather than that it arose from several
   */
  private record Rule(JsonNode schema, String pointer, boolean given, int number) {}

  SchemaCompiler(JsonSyntax syntax, References references) {
    this.syntax = syntax;
    builder = syntax.builder;
    this.references = references;
    values = new ValueEdges(syntax, this);
  }

  /** The rule of a schema, drawn with all that it calls. */
  int compile(JsonNode schema) {
    int rule = rule(schema, "#");
    while (!waiting.isEmpty()) {
      Rule next = waiting.pop();
      draw(next);
      drawn.add(next);
    }
    return rule;
  }

  /** The rule of a schema, which may still have to be drawn. */
  int rule(JsonNode schema, String pointer) {
    Keywords.schema(schema, pointer);
    return rule(schema, pointer, true);
  }

  private int rule(JsonNode schema, String pointer, boolean given) {
    Integer known = rules.get(schema);
    if (known != null) {
      return known;
    }
    if (rules.size() == RULES_MAX) {
      throw new IllegalArgumentException(
          "%s: the schema comes to more than %d parts".formatted(pointer, RULES_MAX));
    }
    int rule = builder.rule();
    rules.put(schema, rule);
    waiting.push(new Rule(schema, pointer, given, rule));
    return rule;
  }

  /** Refuses a schema that has parts to which nothing fits, by the innermost. */
  void checkSatisfiable(Automaton automaton) {
    String unfit = "";
    for (Rule rule : drawn) {
      boolean isFalse = rule.schema.isBoolean() && !rule.schema.booleanValue();
      if (rule.given
          && !isFalse
          && rule.pointer.length() > unfit.length()
          && automaton.need(builder.start(rule.number)) == Automaton.DEAD) {
        unfit = rule.pointer;
      }
    }
    if (!unfit.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no value fits this part of the schema, or only ones that nest deeper than %d"
              .formatted(unfit, Automaton.FRAMES_MAX));
    }
  }

  private void draw(Rule rule) {
    int from = builder.start(rule.number);
    int to = builder.end(rule.number);
    JsonNode alias = alias(rule.schema, rule.pointer);
    if (alias != null) {
      builder.call(from, rule(alias, rule.pointer), to);
      return;
    }
    Conjunction all = conjunction(rule.schema, rule.pointer);
    if (all == null) {
      return;
    }
    if (!all.choices.isEmpty()) {
      choose(all, rule.pointer, from, to);
    } else if (all.allowsAnything()) {
      builder.call(from, syntax.value(), to);
    } else {
      values.draw(all, rule.pointer, from, to);
    }
  }

  /** The one schema that this one only names, or null. */
  private @Nullable JsonNode alias(JsonNode schema, String pointer) {
    List<String> keywords =
        schema.propertyNames().stream().filter(keyword -> !Keywords.isNote(keyword)).toList();
    if (keywords.equals(List.of("$ref"))) {
      return references.find(schema.path("$ref"), pointer + "/$ref");
    }
    if (keywords.equals(List.of("allOf")) && schema.path("allOf").size() == 1) {
      return schema.path("allOf").path(0);
    }
    return null;
  }

  /** What a schema demands together with what it refers to; null if it allows nothing. */
  private @Nullable Conjunction conjunction(JsonNode schema, String pointer) {
    record Part(JsonNode schema, String pointer) {}
    Conjunction all = new Conjunction();
    Deque<Part> open = new ArrayDeque<>(List.of(new Part(schema, pointer)));
    Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Part part = open.pop();
      Keywords.schema(part.schema, part.pointer);
      if (!seen.add(part.schema)) {
        continue;
      }
      if (seen.size() > CONJUNCTS_MAX) {
        throw new IllegalArgumentException(
            "%s: more than %d schemas must hold at once".formatted(pointer, CONJUNCTS_MAX));
      }
      if (part.schema.isBoolean()) {
        if (!part.schema.booleanValue()) {
          return null;
        }
        continue;
      }
      all.add(part.schema, part.pointer);
      if (part.schema.has("$ref")) {
        String at = part.pointer + "/$ref";
        open.push(new Part(references.find(part.schema.path("$ref"), at), at));
      }
      if (part.schema.has("allOf")) {
        String at = part.pointer + "/allOf";
        List<JsonNode> parts = List.copyOf(Keywords.array(part.schema.path("allOf"), at).values());
        for (int i = parts.size() - 1; i >= 0; i--) {
          open.push(new Part(parts.get(i), at + "/" + i));
        }
      }
    }
    return all;
  }

  /** One alternative of the first choice, together with everything else. */
  private void choose(Conjunction all, String pointer, int from, int to) {
    Conjunction.Alternatives first = all.choices.getFirst();
    boolean alone = all.choices.size() == 1 && all.isOnlyChoice();
    for (int i = 0; i < first.schemas().size(); i++) {
      JsonNode alternative = first.schemas().get(i);
      String at = pointer + "/" + first.keyword() + "/" + i;
      Keywords.schema(alternative, at);
      int rule = alone ? rule(alternative, at) : rule(together(all, alternative), at, false);
      builder.call(from, rule, to);
    }
  }

  private static JsonNode together(Conjunction all, JsonNode alternative) {
    ObjectNode together = JsonNodeFactory.instance.objectNode();
    ArrayNode parts = together.putArray("allOf");
    all.sources.forEach(parts::add);
    for (Conjunction.Alternatives choice : all.choices.subList(1, all.choices.size())) {
      ArrayNode schemas = parts.addObject().putArray(choice.keyword());
      choice.schemas().forEach(schemas::add);
    }
    parts.add(alternative);
    return together;
  }

  /** Those of some values that fit all else that is demanded. */
  List<JsonNode> fitting(Conjunction all, List<JsonNode> values) {
    ObjectNode together = JsonNodeFactory.instance.objectNode();
    ArrayNode parts = together.putArray("allOf");
    for (ObjectNode source : all.sources) {
      ObjectNode rest = parts.addObject();
      rest.setAll(source);
      rest.remove(List.of("enum", "const"));
    }
    AutomatonBuilder inner = new AutomatonBuilder();
    int rule = new SchemaCompiler(new JsonSyntax(inner), references).compile(together);
    Configurations fits = new Configurations(inner.build(rule));
    return values.stream()
        .filter(
            value -> fits.step(fits.start(), JsonSyntax.compact(value).getBytes(UTF_8)).complete)
        .toList();
  }
}

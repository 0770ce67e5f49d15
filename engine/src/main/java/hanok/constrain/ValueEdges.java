package hanok.constrain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Draws the values that a {@link Conjunction} without alternatives allows, type by type. */
final class ValueEdges {
  private static final Set<String> ENUM_KEYWORDS = Set.of("enum", "const", "type", "nullable");

  private final JsonSyntax syntax;
  private final AutomatonBuilder builder;
  private final SchemaCompiler compiler;
  private final ContainerEdges containers;
  private final StringEdges strings;
  private final NumberEdges numbers;

  ValueEdges(JsonSyntax syntax, SchemaCompiler compiler) {
    this.syntax = syntax;
    builder = syntax.builder;
    this.compiler = compiler;
    containers = new ContainerEdges(syntax);
    strings = new StringEdges(syntax);
    numbers = new NumberEdges(syntax);
  }

  void draw(Conjunction all, String pointer, int from, int to) {
    if (all.values != null) {
      given(all, all.values, from, to);
      return;
    }
    for (Conjunction.Type type : all.types()) {
      switch (type) {
        case OBJECT -> object(all, pointer, from, to);
        case ARRAY -> array(all, pointer, from, to);
        case STRING -> string(all, pointer, from, to);
        case NUMBER -> numbers.numbers(from, all.bounds, pointer, to);
        case INTEGER -> numbers.integers(from, all.bounds, pointer, to);
        case BOOLEAN -> {
          builder.text(from, "true", to);
          builder.text(from, "false", to);
        }
        case NULL -> builder.text(from, "null", to);
      }
    }
  }

  private void given(Conjunction all, List<JsonNode> values, int from, int to) {
    Set<Conjunction.Type> types = all.types();
    List<JsonNode> fitting = values.stream().filter(v -> isOneOf(v, types)).toList();
    boolean simple =
        all.sources.stream()
            .flatMap(source -> source.propertyNames().stream())
            .allMatch(keyword -> ENUM_KEYWORDS.contains(keyword) || Keywords.isNote(keyword));
    for (JsonNode value : simple ? fitting : compiler.fitting(all, fitting)) {
      syntax.literal(from, value, to);
    }
  }

  private static boolean isOneOf(JsonNode value, Set<Conjunction.Type> types) {
    return switch (value.getNodeType()) {
      case OBJECT -> types.contains(Conjunction.Type.OBJECT);
      case ARRAY -> types.contains(Conjunction.Type.ARRAY);
      case STRING -> types.contains(Conjunction.Type.STRING);
      case BOOLEAN -> types.contains(Conjunction.Type.BOOLEAN);
      case NULL -> types.contains(Conjunction.Type.NULL);
      case NUMBER ->
          types.contains(Conjunction.Type.NUMBER)
              || types.contains(Conjunction.Type.INTEGER) && value.isIntegralNumber();
      default -> false;
    };
  }

  private void object(Conjunction all, String pointer, int from, int to) {
    JsonNode others = all.others(pointer);
    JsonNode unnamed = all.allowsUnnamed() ? JsonNodeFactory.instance.booleanNode(true) : others;
    List<ContainerEdges.Member> members = new ArrayList<>();
    Set<String> taken = new HashSet<>(all.properties.keySet());
    for (Map.Entry<String, JsonNode> property : all.properties.entrySet()) {
      String name = property.getKey();
      JsonNode schema = property.getValue();
      boolean required = all.required.contains(name);
      boolean never = schema.isBoolean() && !schema.booleanValue();
      if (required || !never && all.propertiesMax > 0) {
        String at = pointer + "/properties/" + name.replace("~", "~0").replace("/", "~1");
        members.add(new ContainerEdges.Member(name, compiler.rule(schema, at), required));
      }
    }
    for (String name : all.required) {
      if (taken.add(name)) {
        if (unnamed == null) {
          throw new IllegalArgumentException(
              "%s/required: \"%s\" is required, but no such property is allowed"
                  .formatted(pointer, name));
        }
        int rule = compiler.rule(unnamed, pointer + "/additionalProperties");
        members.add(new ContainerEdges.Member(name, rule, true));
      }
    }
    boolean isFree = others != null && all.propertiesMax > 0;
    if (all.propertiesMax < (isFree ? Integer.MAX_VALUE : members.size())) {
      throw new IllegalArgumentException(
          pointer + "/maxProperties: Hanok follows it only where no more properties are declared");
    }
    containers.object(
        from, members, isFree ? freeMembers(others, taken, pointer) : null, all.nonEmptyObject, to);
  }

  private ContainerEdges.@Nullable Others freeMembers(
      @Nullable JsonNode others, Set<String> taken, String pointer) {
    return others == null
        ? null
        : new ContainerEdges.Others(
            compiler.rule(others, pointer + "/additionalProperties"), taken);
  }

  private void array(Conjunction all, String pointer, int from, int to) {
    List<Integer> first = new ArrayList<>();
    if (all.prefixItems != null) {
      for (JsonNode schema : all.prefixItems) {
        first.add(compiler.rule(schema, pointer + "/prefixItems/" + first.size()));
      }
    }
    JsonNode rest = all.items;
    if (rest == null && all.prefixItems == null) {
      rest = JsonNodeFactory.instance.booleanNode(true);
    }
    boolean closed = rest == null || rest.isBoolean() && !rest.booleanValue();
    Integer rule = closed || rest == null ? null : compiler.rule(rest, pointer + "/items");
    int most = all.itemsMax;
    if (closed) {
      most = most < 0 ? first.size() : Math.min(most, first.size());
    }
    if (most >= 0 && all.itemsMin > most) {
      throw new IllegalArgumentException(
          "%s: at least %d items, but at most %d".formatted(pointer, all.itemsMin, most));
    }
    containers.array(from, first, rule, all.itemsMin, most, to);
  }

  private void string(Conjunction all, String pointer, int from, int to) {
    if (all.lengthMax >= 0 && all.lengthMin > all.lengthMax) {
      throw new IllegalArgumentException(
          "%s: at least %d characters, but at most %d"
              .formatted(pointer, all.lengthMin, all.lengthMax));
    }
    boolean anyLength = all.lengthMin == 0 && all.lengthMax < 0;
    String format = all.format == null || !anyLength ? null : Formats.pattern(all.format);
    String source = all.pattern == null ? format : all.pattern;
    if (source == null) {
      strings.ofLength(from, all.lengthMin, all.lengthMax, to);
    } else {
      Pattern pattern = PatternParser.parse(source, pointer + "/pattern");
      strings.ofPattern(from, pattern, all.lengthMin, all.lengthMax, pointer + "/pattern", to);
    }
  }
}

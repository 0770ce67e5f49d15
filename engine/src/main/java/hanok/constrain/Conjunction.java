package hanok.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What schemas that all hold demand together, keyword by keyword: those of one object, of what its
 * {@code $ref} names, and of its {@code allOf}. Keywords that demand something that cannot be
 * followed are refused; what JSON Schema calls an annotation, and what it does not know, is passed
 * over.
 */
final class Conjunction {
  static final int COUNT_MAX = 50_000;

  /** The types of JSON. */
  enum Type {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    INTEGER,
    BOOLEAN,
    NULL
  }

  /** Keywords of JSON Schema that demand something, and that Hanok does not follow. */
  private static final Set<String> REFUSED =
      Set.of(
          "not",
          "if",
          "dependentRequired",
          "dependentSchemas",
          "dependencies",
          "propertyNames",
          "contains",
          "minContains",
          "patternProperties",
          "unevaluatedItems",
          "additionalItems",
          "$dynamicRef",
          "$recursiveRef");

  /** Alternatives of which one must hold. */
  record Alternatives(List<JsonNode> schemas, String keyword) {}

  /** What one schema says about properties that it does not name. */
  private record Additional(Set<String> declared, JsonNode schema) {}

  final List<ObjectNode> sources = new ArrayList<>();
  final List<Alternatives> choices = new ArrayList<>();
  final Map<String, JsonNode> properties = new LinkedHashMap<>();
  final Set<String> required = new LinkedHashSet<>();
  private final List<Additional> additional = new ArrayList<>();
  private boolean unevaluatedRefused;
  boolean nonEmptyObject;
  int propertiesMax = Integer.MAX_VALUE;
  @Nullable List<JsonNode> values;
  @Nullable List<JsonNode> prefixItems;
  @Nullable JsonNode items;
  int itemsMin;
  int itemsMax = -1;
  int lengthMin;
  int lengthMax = -1;
  @Nullable String pattern;
  @Nullable String format;
  NumberBounds bounds = NumberBounds.NONE;
  private @Nullable Set<Type> types;
  private final Set<Type> impliedTypes = EnumSet.noneOf(Type.class);
  private boolean nullable;

  /** Adds the demands of one object, but not of its {@code $ref} and {@code allOf}. */
  void add(JsonNode schema, String pointer) {
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    Map<String, JsonNode> named = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : schema.properties()) {
      String keyword = entry.getKey();
      JsonNode value = entry.getValue();
      String at = pointer + "/" + keyword;
      if (REFUSED.contains(keyword)) {
        throw new IllegalArgumentException(
            "%s: Hanok does not follow the keyword \"%s\"".formatted(at, keyword));
      }
      switch (keyword) {
        case "anyOf", "oneOf" -> choices.add(new Alternatives(schemas(value, at), keyword));
        case "allOf", "$ref" -> {}
        case "properties" -> {
          implies(Type.OBJECT);
          Keywords.object(value, at).properties().forEach(p -> named.put(p.getKey(), p.getValue()));
        }
        default -> {
          if (Keywords.isNote(keyword)) {
            continue;
          }
          addKeyword(keyword, value, at);
        }
      }
      if (!keyword.equals("anyOf") && !keyword.equals("oneOf")) {
        source.set(keyword, value);
      }
    }
    source.remove(List.of("allOf", "$ref"));
    if (!source.isEmpty()) {
      sources.add(source);
    }
    declare(named, schema);
  }

  private static List<JsonNode> schemas(JsonNode value, String pointer) {
    List<JsonNode> schemas = new ArrayList<>(Keywords.array(value, pointer).values());
    if (schemas.isEmpty()) {
      throw new IllegalArgumentException(pointer + ": a list without schemas");
    }
    return schemas;
  }

  private void addKeyword(String keyword, JsonNode value, String at) {
    switch (keyword) {
      case "type" -> restrictTypes(Keywords.types(value, at));
      case "nullable" -> nullable |= Keywords.flag(value, at);
      case "enum" -> restrictValues(List.copyOf(Keywords.array(value, at).values()));
      case "const" -> restrictValues(List.of(value));
      case "required" -> {
        implies(Type.OBJECT);
        Keywords.array(value, at).values().forEach(name -> required.add(Keywords.text(name, at)));
      }
      case "additionalProperties" -> {
        implies(Type.OBJECT);
        Keywords.schema(value, at);
      }
      case "unevaluatedProperties" -> {
        unevaluatedRefused = true;
        if (!value.isBoolean() || value.booleanValue()) {
          throw new IllegalArgumentException(at + ": Hanok follows it only where it is false");
        }
      }
      case "minProperties" -> {
        int least = Keywords.count(value, at, COUNT_MAX);
        if (least > 1) {
          throw new IllegalArgumentException(at + ": Hanok follows it only up to 1");
        }
        nonEmptyObject |= least == 1;
      }
      case "maxProperties" ->
          propertiesMax = Math.min(propertiesMax, Keywords.count(value, at, Integer.MAX_VALUE));
      default -> addScalarKeyword(keyword, value, at);
    }
  }

  private void addScalarKeyword(String keyword, JsonNode value, String at) {
    switch (keyword) {
      case "items" -> {
        implies(Type.ARRAY);
        items = both(items, Keywords.schema(value, at));
      }
      case "prefixItems" -> {
        implies(Type.ARRAY);
        if (prefixItems != null) {
          throw new IllegalArgumentException(at + ": Hanok follows one prefixItems at a place");
        }
        prefixItems = List.copyOf(Keywords.array(value, at).values());
      }
      case "uniqueItems" -> {
        if (Keywords.flag(value, at)) {
          throw new IllegalArgumentException(
              at + ": Hanok does not follow the keyword \"uniqueItems\"");
        }
      }
      case "minItems" -> {
        implies(Type.ARRAY);
        itemsMin = Math.max(itemsMin, Keywords.count(value, at, COUNT_MAX));
      }
      case "maxItems" -> {
        implies(Type.ARRAY);
        itemsMax = least(itemsMax, Keywords.count(value, at, COUNT_MAX));
      }
      case "minLength" -> {
        implies(Type.STRING);
        lengthMin = Math.max(lengthMin, Keywords.count(value, at, COUNT_MAX));
      }
      case "maxLength" -> {
        implies(Type.STRING);
        lengthMax = least(lengthMax, Keywords.count(value, at, COUNT_MAX));
      }
      case "pattern" -> {
        implies(Type.STRING);
        if (pattern != null && !pattern.equals(value.asString())) {
          throw new IllegalArgumentException(at + ": Hanok follows one pattern at a place");
        }
        pattern = Keywords.text(value, at);
      }
      case "format" -> format = Keywords.text(value, at);
      case "minimum" -> bounds = numeric().above(Keywords.number(value, at), false);
      case "exclusiveMinimum" -> bounds = numeric().above(Keywords.number(value, at), true);
      case "maximum" -> bounds = numeric().below(Keywords.number(value, at), false);
      case "exclusiveMaximum" -> bounds = numeric().below(Keywords.number(value, at), true);
      case "multipleOf" -> {
        BigDecimal factor = Keywords.number(value, at);
        BigDecimal other = numeric().multiple();
        if (other != null && other.compareTo(factor) != 0) {
          throw new IllegalArgumentException(at + ": Hanok follows one multipleOf at a place");
        }
        bounds = bounds.multipleOf(factor);
      }
      default -> {} // not a keyword of JSON Schema
    }
  }

  private NumberBounds numeric() {
    implies(Type.NUMBER);
    return bounds;
  }

  private void implies(Type type) {
    impliedTypes.add(type);
  }

  private static int least(int a, int b) {
    return a < 0 ? b : Math.min(a, b);
  }

  private static JsonNode both(@Nullable JsonNode a, JsonNode b) {
    if (a == null) {
      return b;
    }
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    both.putArray("allOf").add(a).add(b);
    return both;
  }

  private void restrictTypes(Set<Type> allowed) {
    Set<Type> common = EnumSet.copyOf(allowed);
    if (types != null) {
      common.retainAll(types);
      boolean integers = allowed.contains(Type.NUMBER) && types.contains(Type.INTEGER);
      if (integers || allowed.contains(Type.INTEGER) && types.contains(Type.NUMBER)) {
        common.add(Type.INTEGER);
      }
    }
    types = common;
  }

  private void restrictValues(List<JsonNode> allowed) {
    values = values == null ? allowed : values.stream().filter(v -> contains(allowed, v)).toList();
  }

  private static boolean contains(List<JsonNode> values, JsonNode value) {
    return values.stream().anyMatch(other -> Keywords.same(other, value));
  }

  private void declare(Map<String, JsonNode> named, JsonNode schema) {
    for (Additional other : additional) {
      named.replaceAll(
          (name, value) -> other.declared.contains(name) ? value : both(other.schema, value));
    }
    JsonNode rest = schema.get("additionalProperties");
    if (rest != null) {
      properties.replaceAll((name, value) -> named.containsKey(name) ? value : both(rest, value));
      additional.add(new Additional(Set.copyOf(named.keySet()), rest));
    }
    named.forEach((name, value) -> properties.merge(name, value, Conjunction::both));
  }

  /**
   * The schema of properties that are not named, or null if there may be none: as JSON Schema has
   * it, but where properties are named and nothing is said about others, there are no others.
   */
  @Nullable JsonNode others(String pointer) {
    JsonNode others = null;
    for (Additional one : additional) {
      others = both(others, one.schema);
    }
    if (others == null) {
      return properties.isEmpty() && !unevaluatedRefused
          ? JsonNodeFactory.instance.booleanNode(true)
          : null;
    }
    if (others.isBoolean() && !others.booleanValue()) {
      return null;
    }
    if (unevaluatedRefused) {
      throw new IllegalArgumentException(
          pointer + "/unevaluatedProperties: Hanok does not follow it beside additionalProperties");
    }
    return others;
  }

  /** Whether a property that is required, but nowhere named, may have any value. */
  boolean allowsUnnamed() {
    return additional.isEmpty() && !unevaluatedRefused;
  }

  /** The types that a value may have; all, if nothing says or implies any. */
  Set<Type> types() {
    Set<Type> all = EnumSet.allOf(Type.class);
    if (types != null) {
      all.retainAll(types);
    } else if (!impliedTypes.isEmpty()) {
      all.retainAll(impliedTypes);
    }
    if (all.contains(Type.NUMBER)) {
      all.remove(Type.INTEGER);
    }
    if (nullable) {
      all.add(Type.NULL);
    }
    return all;
  }

  /** Whether nothing is demanded beside alternatives. */
  boolean isOnlyChoice() {
    return sources.stream().allMatch(s -> s.propertyNames().stream().allMatch(Keywords::isNote));
  }

  /** Whether it demands nothing at all. */
  boolean allowsAnything() {
    return choices.isEmpty() && isOnlyChoice();
  }
}

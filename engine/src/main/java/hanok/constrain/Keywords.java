package hanok.constrain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keywords of JSON Schema: which are obeyed, which say nothing, and how two schemas are joined.
 */
final class Keywords {
  /** Say nothing of what is valid. */
  static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "example",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "readOnly",
          "writeOnly",
          "deprecated",
          "contentEncoding",
          "contentMediaType",
          "strict",
          "x-order");

  /** Are obeyed. */
  static final Set<String> OBEYED =
      Set.of(
          "type",
          "nullable",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "prefixItems",
          "minItems",
          "maxItems",
          "enum",
          "const",
          "anyOf",
          "oneOf",
          "allOf",
          "$ref",
          "minLength",
          "maxLength",
          "pattern",
          "format",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf");

  private Keywords() {}

  /**
   * @throws IllegalArgumentException if the schema asks for something that could not be kept
   */
  static void check(ObjectNode schema, String where) {
    for (String keyword : schema.propertyNames()) {
      if (!OBEYED.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
        throw refusal(where, "the keyword \"%s\" is not supported".formatted(shown(keyword)));
      }
    }
  }

  static IllegalArgumentException refusal(String where, String why) {
    return new IllegalArgumentException(
        "schema at %s: %s".formatted(where.isEmpty() ? "the root" : where, why));
  }

  private static String shown(String keyword) {
    return keyword.substring(0, Math.min(40, keyword.length()));
  }

  /**
   * A schema that is valid where both are.
   *
   * @throws IllegalArgumentException if both say something of the same matter
   */
  static ObjectNode join(ObjectNode a, ObjectNode b, String where) {
    ObjectNode joined = a.deepCopy();
    for (Map.Entry<String, JsonNode> entry : b.properties()) {
      String keyword = entry.getKey();
      JsonNode before = joined.get(keyword);
      if (before == null || ANNOTATIONS.contains(keyword)) {
        joined.set(keyword, entry.getValue());
      } else if (keyword.equals("properties")) {
        joined.set(keyword, properties(before, entry.getValue(), where));
      } else if (keyword.equals("required")) {
        joined.set(keyword, union(before, entry.getValue()));
      } else if (!before.equals(entry.getValue())) {
        throw refusal(where, "\"%s\" is said twice, differently".formatted(shown(keyword)));
      }
    }
    return joined;
  }

  private static JsonNode properties(JsonNode a, JsonNode b, String where) {
    ObjectNode all = JsonMapper.shared().createObjectNode();
    a.properties().forEach(entry -> all.set(entry.getKey(), entry.getValue()));
    for (Map.Entry<String, JsonNode> entry : b.properties()) {
      JsonNode before = all.get(entry.getKey());
      if (before instanceof ObjectNode one && entry.getValue() instanceof ObjectNode other) {
        all.set(entry.getKey(), join(one, other, where));
      } else if (before == null || before.equals(entry.getValue())) {
        all.set(entry.getKey(), entry.getValue());
      } else {
        throw refusal(where, "a property is described twice, differently");
      }
    }
    return all;
  }

  private static JsonNode union(JsonNode a, JsonNode b) {
    var all = JsonMapper.shared().createArrayNode();
    a.forEach(all::add);
    b.forEach(name -> {
      if (a.valueStream().noneMatch(name::equals)) {
        all.add(name);
      }
    });
    return all;
  }

  /** The schema without some keywords. */
  static ObjectNode without(ObjectNode schema, List<String> keywords) {
    ObjectNode rest = schema.deepCopy();
    rest.remove(keywords);
    return rest;
  }
}

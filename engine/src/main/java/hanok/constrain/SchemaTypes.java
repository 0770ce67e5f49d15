package hanok.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The types that a schema allows. */
final class SchemaTypes {
  private static final Set<String> ALL =
      Set.of("object", "array", "string", "number", "integer", "boolean", "null");

  private SchemaTypes() {}

  /** What {@code type} says, or what its other keywords speak of, or all. */
  static List<String> of(ObjectNode schema, String where) {
    List<String> types = new ArrayList<>();
    JsonNode type = schema.path("type");
    if (type.isString()) {
      types.add(type.stringValue());
    } else if (type.isArray()) {
      type.forEach(one -> types.add(one.asString("")));
    } else if (!type.isMissingNode()) {
      throw Keywords.refusal(where, "type must be a name or a list of names");
    } else {
      types.addAll(implied(schema));
    }
    if (schema.path("nullable").asBoolean(false) && !types.contains("null")) {
      types.add("null");
    }
    for (String name : types) {
      if (!ALL.contains(name)) {
        throw Keywords.refusal(where, "there is no such type");
      }
    }
    if (types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  /**
   * Without a type, keywords bind only values of theirs; who writes them means those.
   */
  private static List<String> implied(ObjectNode schema) {
    if (hasAny(schema, "properties", "required", "additionalProperties")) {
      return List.of("object");
    }
    if (hasAny(schema, "items", "prefixItems", "minItems", "maxItems")) {
      return List.of("array");
    }
    if (hasAny(schema, "minLength", "maxLength", "pattern", "format")) {
      return List.of("string");
    }
    if (hasAny(
        schema, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) {
      return List.of("number");
    }
    return List.of("object", "array", "string", "number", "boolean", "null");
  }

  private static boolean hasAny(ObjectNode schema, String... keywords) {
    for (String keyword : keywords) {
      if (schema.has(keyword)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value has one of the types of a schema. */
  static boolean allows(ObjectNode schema, JsonNode value) {
    if (!schema.has("type")) {
      return true;
    }
    List<String> types = of(schema, "");
    return switch (value.getNodeType()) {
      case OBJECT -> types.contains("object");
      case ARRAY -> types.contains("array");
      case STRING -> types.contains("string");
      case BOOLEAN -> types.contains("boolean");
      case NULL -> types.contains("null");
      case NUMBER ->
          types.contains("number")
              || types.contains("integer")
                  && value.decimalValue().stripTrailingZeros().scale() <= 0;
      default -> false;
    };
  }
}

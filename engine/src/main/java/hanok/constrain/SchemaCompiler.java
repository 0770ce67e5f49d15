package hanok.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Draws the values that a JSON Schema describes. A value is drawn as it is usually written: the
 * properties in the order of the schema, those that are not required may be missing. What could not
 * be kept exactly is refused.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema 2020-12</a>
 */
final class SchemaCompiler {
  private static final int DEPTH_MAX = 100;
  private static final int NODES_MAX = 20_000;
  private static final int ENUM_MAX = 10_000;
  private static final int ITEMS_MAX = 10_000;
  private static final int LENGTH_MAX = 100_000;

  private final AutomatonBuilder draw;
  private final JsonRules json;
  private final JsonNode root;
  private final Map<String, Integer> references = new HashMap<>(); // rules by pointer
  private int depth;
  private int nodes;

  SchemaCompiler(AutomatonBuilder draw, JsonRules json, JsonNode root) {
    this.draw = draw;
    this.json = json;
    this.root = root;
  }

  /**
   * Draws what a schema describes.
   *
   * @param where the JSON pointer of the schema
   * @throws IllegalArgumentException if it asks for something that cannot be kept, or is too large
   */
  void draw(JsonNode schema, String where, int from, int to) {
    if (++nodes > NODES_MAX) {
      throw Keywords.refusal(where, "there are more than %d schemas".formatted(NODES_MAX));
    }
    if (++depth > DEPTH_MAX) {
      throw Keywords.refusal(
          shortened(where), "schemas are nested deeper than %d".formatted(DEPTH_MAX));
    }
    if (schema.isBoolean()) {
      if (schema.booleanValue()) {
        json.value(from, to);
      }
    } else if (schema instanceof ObjectNode object) {
      Keywords.check(object, where);
      drawObject(object, where, from, to);
    } else {
      throw Keywords.refusal(where, "a schema must be an object, true or false");
    }
    depth--;
  }

  private static String shortened(String where) {
    return where.length() <= 80 ? where : where.substring(0, 80) + "…";
  }

  private void drawObject(ObjectNode schema, String where, int from, int to) {
    if (schema.has("$ref")) {
      reference(schema, where, from, to);
    } else if (schema.has("allOf")) {
      ObjectNode joined = Keywords.without(schema, List.of("allOf"));
      for (JsonNode part : list(schema, "allOf", where)) {
        joined = Keywords.join(joined, resolved(part, where), where);
      }
      draw(joined, where, from, to);
    } else if (schema.has("anyOf") || schema.has("oneOf")) {
      alternatives(schema, schema.has("anyOf") ? "anyOf" : "oneOf", where, from, to);
    } else if (schema.has("const")) {
      constant(schema.get("const"), from, to);
    } else if (schema.has("enum")) {
      enumeration(schema, where, from, to);
    } else {
      typed(schema, where, from, to);
    }
  }

  private static List<JsonNode> list(ObjectNode schema, String keyword, String where) {
    JsonNode value = schema.get(keyword);
    if (!value.isArray() || value.isEmpty()) {
      throw Keywords.refusal(where, keyword + " must be a list that is not empty");
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  /** A schema, or the one that it refers to. */
  private ObjectNode resolved(JsonNode schema, String where) {
    JsonNode at = schema;
    for (int steps = 0; at.has("$ref"); steps++) {
      if (steps > DEPTH_MAX) {
        throw Keywords.refusal(where, "references lead in a circle");
      }
      at = target(at.get("$ref"), where);
    }
    if (!(at instanceof ObjectNode object)) {
      throw Keywords.refusal(where, "allOf must list objects");
    }
    return object;
  }

  private JsonNode target(JsonNode reference, String where) {
    String text = reference.asString("");
    if (!text.equals("#") && !text.startsWith("#/")) {
      throw Keywords.refusal(where, "$ref must lead within the schema: #/$defs/…");
    }
    try {
      JsonNode target = root.at(text.substring(1));
      if (!target.isMissingNode()) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      throw Keywords.refusal(where, "$ref is not a JSON pointer");
    }
    throw Keywords.refusal(where, "$ref leads nowhere");
  }

  /** A rule of its own for what is referred to, which may refer to itself. */
  private void reference(ObjectNode schema, String where, int from, int to) {
    ObjectNode rest = Keywords.without(schema, List.of("$ref"));
    for (String keyword : rest.propertyNames()) {
      if (!Keywords.ANNOTATIONS.contains(keyword)) {
        JsonNode target = resolved(schema, where);
        draw(Keywords.join((ObjectNode) target, rest, where), where, from, to);
        return;
      }
    }
    JsonNode target = target(schema.get("$ref"), where);
    String pointer = schema.get("$ref").stringValue();
    Integer known = references.get(pointer);
    if (known == null) {
      int rule = draw.rule();
      references.put(pointer, rule);
      draw(target, pointer, draw.start(rule), draw.end(rule));
      known = rule;
    }
    draw.call(from, known, to);
  }

  private void alternatives(ObjectNode schema, String keyword, String where, int from, int to) {
    ObjectNode rest = Keywords.without(schema, List.of(keyword));
    boolean plain = Keywords.ANNOTATIONS.containsAll(rest.propertyNames());
    int i = 0;
    for (JsonNode alternative : list(schema, keyword, where)) {
      String place = where + "/" + keyword + "/" + i++;
      JsonNode whole =
          plain ? alternative : Keywords.join(rest, resolved(alternative, place), place);
      draw(whole, place, from, to);
    }
  }

  private void constant(JsonNode value, int from, int to) {
    draw.text(from, JsonMapper.shared().writeValueAsString(value), to);
  }

  private void enumeration(ObjectNode schema, String where, int from, int to) {
    List<JsonNode> values = list(schema, "enum", where);
    if (values.size() > ENUM_MAX) {
      throw Keywords.refusal(
          where, "enum has %d values, at most %d can be kept".formatted(values.size(), ENUM_MAX));
    }
    ObjectNode types = Keywords.without(schema, List.of("enum"));
    boolean drawn = false;
    for (JsonNode value : values) {
      if (SchemaTypes.allows(types, value)) {
        constant(value, from, to);
        drawn = true;
      }
    }
    if (!drawn) {
      throw Keywords.refusal(where, "no value of enum has the type");
    }
  }

  private void typed(ObjectNode schema, String where, int from, int to) {
    for (String type : SchemaTypes.of(schema, where)) {
      switch (type) {
        case "null" -> draw.text(from, "null", to);
        case "boolean" -> {
          draw.text(from, "true", to);
          draw.text(from, "false", to);
        }
        case "string" -> string(schema, where, from, to);
        case "integer" -> new NumberCompiler(draw, json).draw(schema, true, where, from, to);
        case "number" -> new NumberCompiler(draw, json).draw(schema, false, where, from, to);
        case "array" -> array(schema, where, from, to);
        default -> new ObjectCompiler(draw, json, this).draw(schema, where, from, to);
      }
    }
  }

  private void string(ObjectNode schema, String where, int from, int to) {
    int least = count(schema, "minLength", 0, LENGTH_MAX, where);
    int most = count(schema, "maxLength", -1, LENGTH_MAX, where);
    checkOrder(least, most, "minLength", "maxLength", where);
    String pattern =
        schema.has("pattern")
            ? schema.get("pattern").asString("")
            : Formats.pattern(schema.path("format").asString(""));
    boolean bounded = schema.has("minLength") || schema.has("maxLength");
    if (pattern.isEmpty() || bounded && !schema.has("pattern")) {
      json.string(from, least, most, to);
      return;
    }
    if (bounded) {
      throw Keywords.refusal(where, "pattern cannot be kept together with a length");
    }
    int open = draw.state();
    draw.bytes(from, '"', '"', open);
    int close = draw.state();
    try {
      new PatternCompiler(draw, json).draw(pattern, open, close);
    } catch (IllegalArgumentException e) {
      throw Keywords.refusal(where, String.valueOf(e.getMessage()));
    }
    draw.bytes(close, '"', '"', to);
  }

  private void array(ObjectNode schema, String where, int from, int to) {
    List<JsonNode> prefix =
        schema.has("prefixItems") ? list(schema, "prefixItems", where) : List.of();
    JsonNode items = schema.path("items");
    boolean closed = items.isBoolean() && !items.booleanValue();
    int least = count(schema, "minItems", 0, ITEMS_MAX, where);
    int most = count(schema, "maxItems", closed ? prefix.size() : -1, ITEMS_MAX, where);
    most = closed && most > prefix.size() ? prefix.size() : most;
    checkOrder(least, most, "minItems", "maxItems", where);
    int rule = draw.rule();
    if (!closed && (most < 0 || most > prefix.size())) {
      JsonNode element =
          items.isMissingNode() ? JsonMapper.shared().getNodeFactory().booleanNode(true) : items;
      draw(element, where + "/items", draw.start(rule), draw.end(rule));
    }
    int open = draw.state();
    draw.bytes(from, '[', '[', open);
    if (most == 0) {
      json.close(open, ']', to);
      return;
    }
    if (least == 0) {
      json.close(open, ']', to);
    }
    int at = draw.state();
    json.space(open, at);
    int fixed = Math.max(prefix.size(), Math.max(least, most));
    for (int i = 0; i < fixed && (most < 0 || i < most); i++) {
      int after = draw.state();
      if (i < prefix.size()) {
        draw(prefix.get(i), where + "/prefixItems/" + i, at, after);
      } else {
        draw.call(at, rule, after);
      }
      if (i + 1 >= least) {
        json.close(after, ']', to);
      }
      at = draw.state();
      separator(after, at);
    }
    if (most < 0) { // any number more
      int after = draw.state();
      draw.call(at, rule, after);
      json.close(after, ']', to);
      separator(after, at);
    }
  }

  /** A comma and white space. */
  void separator(int from, int to) {
    int comma = draw.state();
    draw.bytes(from, ',', ',', comma);
    json.space(comma, to);
  }

  private static void checkOrder(int least, int most, String low, String high, String where) {
    if (most >= 0 && least > most) {
      throw Keywords.refusal(where, "%s %d is more than %s %d".formatted(low, least, high, most));
    }
  }

  private static int count(ObjectNode schema, String keyword, int absent, int most, String where) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return absent;
    }
    double count = value.isNumber() ? value.asDouble(Double.POSITIVE_INFINITY) : -1;
    if (count < 0 || count != Math.rint(count) || Double.isInfinite(count)) {
      throw Keywords.refusal(where, keyword + " must be a whole number, 0 or more");
    }
    if (count > most && keyword.startsWith("max")) {
      return -1; // more than any answer has
    }
    if (count > most) {
      throw Keywords.refusal(
          where, "%s %.0f is more than the %d that can be kept".formatted(keyword, count, most));
    }
    return (int) count;
  }
}

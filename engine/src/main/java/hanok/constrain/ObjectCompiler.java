package hanok.constrain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Draws objects: properties in their order, then others if they are allowed. */
final class ObjectCompiler {
  private static final int NAME_MAX = 1000;

  private final AutomatonBuilder draw;
  private final JsonRules json;
  private final SchemaCompiler schemas;

  ObjectCompiler(AutomatonBuilder draw, JsonRules json, SchemaCompiler schemas) {
    this.draw = draw;
    this.json = json;
    this.schemas = schemas;
  }

  private record Property(String name, JsonNode schema, boolean required, String where) {}

  void draw(ObjectNode schema, String where, int from, int to) {
    Set<String> required = required(schema, where);
    JsonNode others = schema.path("additionalProperties");
    boolean open = others.isMissingNode() ? !schema.has("properties") : !isFalse(others);
    List<Property> properties = properties(schema, required, others, open, where);
    if (properties.isEmpty() && open && (others.isMissingNode() || others.isBoolean())) {
      json.object(from, to);
      return;
    }
    int brace = draw.state();
    draw.bytes(from, '{', '{', brace);
    int none = draw.state(); // nothing has been said yet
    json.space(brace, none);
    int some = draw.state(); // something has been said
    for (Property property : properties) {
      int laterNone = draw.state();
      int laterSome = draw.state();
      member(property, none, laterSome);
      int comma = draw.state();
      schemas.separator(some, comma);
      member(property, comma, laterSome);
      if (!property.required) {
        draw.skip(none, laterNone);
        draw.skip(some, laterSome);
      }
      none = laterNone;
      some = laterSome;
    }
    if (open) {
      some = others(properties, others, where, none, some);
    }
    draw.bytes(none, '}', '}', to);
    json.close(some, '}', to);
  }

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private static Set<String> required(ObjectNode schema, String where) {
    Set<String> required = new HashSet<>();
    JsonNode names = schema.path("required");
    if (!names.isMissingNode() && !names.isArray()) {
      throw Keywords.refusal(where, "required must be a list of names");
    }
    names.forEach(name -> required.add(name.asString("")));
    return required;
  }

  /** The properties that are named: those described, then those only required. */
  private static List<Property> properties(
      ObjectNode schema, Set<String> required, JsonNode others, boolean open, String where) {
    JsonNode described = schema.path("properties");
    if (!described.isMissingNode() && !described.isObject()) {
      throw Keywords.refusal(where, "properties must be an object");
    }
    List<Property> properties = new ArrayList<>();
    Set<String> missing = new HashSet<>(required);
    for (Map.Entry<String, JsonNode> entry : described.properties()) {
      String name = entry.getKey();
      if (name.length() > NAME_MAX) {
        throw Keywords.refusal(
            where,
            "a property's name has %d characters, at most %d can be kept"
                .formatted(name.length(), NAME_MAX));
      }
      properties.add(
          new Property(
              name, entry.getValue(), required.contains(name), where + "/properties/" + name));
      missing.remove(name);
    }
    JsonNode any = JsonMapper.shared().getNodeFactory().booleanNode(true);
    for (String name : missing.stream().sorted().toList()) {
      if (!open) {
        throw Keywords.refusal(where, "a property is required and not allowed");
      }
      JsonNode its = others.isMissingNode() ? any : others;
      properties.add(new Property(name, its, true, where + "/additionalProperties"));
    }
    return properties;
  }

  private void member(Property property, int from, int to) {
    int key = draw.state();
    draw.text(from, JsonMapper.shared().writeValueAsString(property.name), key);
    int value = draw.state();
    json.colon(key, value);
    schemas.draw(property.schema, property.where, value, to);
  }

  /** Properties of other names, any number. */
  private int others(List<Property> properties, JsonNode schema, String where, int none, int some) {
    int rule = draw.rule();
    JsonNode any = JsonMapper.shared().getNodeFactory().booleanNode(true);
    schemas.draw(
        schema.isMissingNode() ? any : schema,
        where + "/additionalProperties",
        draw.start(rule),
        draw.end(rule));
    int after = draw.state();
    draw.skip(some, after);
    other(properties, rule, none, after);
    int comma = draw.state();
    schemas.separator(after, comma);
    other(properties, rule, comma, after);
    return after;
  }

  private void other(List<Property> properties, int rule, int from, int to) {
    int key = draw.state();
    int open = draw.state();
    draw.bytes(from, '"', '"', open);
    Names names = new Names();
    properties.forEach(property -> names.add(property.name));
    names.drawOthers(open, key);
    int value = draw.state();
    json.colon(key, value);
    draw.call(value, rule, to);
  }

  /** Names, as a tree of code points; draws all that are none of them, without escapes. */
  private final class Names {
    private final Map<Integer, Names> next = new TreeMap<>();
    private boolean end;

    void add(String name) {
      Names at = this;
      for (int codePoint : name.codePoints().toArray()) {
        at = at.next.computeIfAbsent(codePoint, any -> new Names());
      }
      at.end = true;
    }

    /** From behind the quote to behind the closing one. */
    void drawOthers(int from, int to) {
      int free = draw.state();
      int loop = draw.state();
      draw.skip(free, loop);
      plain(loop, ' ', 0x10FFFF, loop);
      draw.bytes(loop, '"', '"', to);
      draw(from, free, to);
    }

    private void draw(int from, int free, int to) {
      if (!end) {
        draw.bytes(from, '"', '"', to);
      }
      int low = ' ';
      for (Map.Entry<Integer, Names> entry : next.entrySet()) {
        int codePoint = entry.getKey();
        if (codePoint >= ' ' && codePoint != '"' && codePoint != '\\') {
          plain(from, low, codePoint - 1, free);
          int child = draw.state();
          plain(from, codePoint, codePoint, child);
          entry.getValue().draw(child, free, to);
          low = codePoint + 1;
        }
      }
      plain(from, low, 0x10FFFF, free);
    }

    /** Characters that need no escape. */
    private void plain(int from, int low, int high, int to) {
      Utf8Ranges utf8 = new Utf8Ranges(draw);
      int at = low;
      for (int special : new int[] {'"', '\\'}) {
        if (special >= at && special <= high) {
          if (at < special) {
            utf8.codePoints(from, at, special - 1, to);
          }
          at = special + 1;
        }
      }
      if (at <= high) {
        utf8.codePoints(from, at, high, to);
      }
    }
  }
}

package hanok.constrain;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Schemas by chance, of all keywords that are obeyed. */
final class RandomSchema {
  private static final List<String> PATTERNS =
      List.of(
          "^[a-z]{2,5}$",
          "^\\d{3}-\\d{4}$",
          "^(가|나|다)+$",
          "[A-Z]",
          "^x.*y$",
          "^[^\"\\\\]{1,4}$",
          "^\\w+@\\w+\\.kr$",
          "^$",
          "a|^b$",
          "^(ab?c){1,3}$",
          "^[가-힣]{2,4}\\s?[가-힣]*$");
  private static final List<String> NAMES = List.of("name", "나이", "a\"b", "x y", "items", "ok");

  private final Random random;

  RandomSchema(Random random) {
    this.random = random;
  }

  private static ObjectNode node() {
    return JsonMapper.shared().createObjectNode();
  }

  JsonNode next(int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 12)) {
      case 0 -> node().put("type", "boolean");
      case 1 -> node().put("type", random.nextBoolean() ? "null" : "string");
      case 2 -> integer();
      case 3 -> number();
      case 4 -> string();
      case 5 -> enumeration();
      case 6 -> node().set("const", JsonMapper.shared().readTree("{\"가\":[1,\"\\n\"]}"));
      case 7, 8 -> object(depth);
      case 9 -> array(depth);
      case 10 -> either(depth);
      default -> reference(depth);
    };
  }

  private ObjectNode integer() {
    ObjectNode schema = node().put("type", "integer");
    int low = random.nextInt(2000) - 1000;
    switch (random.nextInt(6)) {
      case 0 -> schema.put("minimum", low);
      case 1 -> schema.put("exclusiveMaximum", low);
      case 2 -> schema.put("minimum", low).put("maximum", low + random.nextInt(300));
      case 3 -> schema.put("multipleOf", 1 + random.nextInt(9)).put("maximum", 500);
      case 4 -> schema.put("minimum", low + 0.5).put("maximum", low + 20.25);
      default -> {}
    }
    return schema;
  }

  private ObjectNode number() {
    ObjectNode schema = node().put("type", "number");
    int low = random.nextInt(60) - 30;
    switch (random.nextInt(4)) {
      case 0 -> schema.put("minimum", low).put("exclusiveMaximum", low + 1 + random.nextInt(40));
      case 1 -> schema.put("exclusiveMinimum", low);
      case 2 -> schema.put("maximum", low);
      default -> {}
    }
    return schema;
  }

  private ObjectNode string() {
    ObjectNode schema = node().put("type", "string");
    switch (random.nextInt(4)) {
      case 0 -> schema.put("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
      case 1 -> schema.put("minLength", random.nextInt(4)).put("maxLength", 4 + random.nextInt(9));
      case 2 -> schema.put("maxLength", random.nextInt(5));
      default ->
          schema.put("format", List.of("date", "ipv4", "uuid", "uri").get(random.nextInt(4)));
    }
    return schema;
  }

  private ObjectNode enumeration() {
    ObjectNode schema = node();
    ArrayNode values = schema.putArray("enum");
    values.add("서울").add("a\"\\b").add(3).add(true).addNull();
    return schema;
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = node().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (String name : NAMES) {
      if (random.nextInt(3) > 0) {
        properties.set(name, next(depth - 1));
        if (random.nextBoolean()) {
          required.add(name);
        }
      }
    }
    switch (random.nextInt(4)) {
      case 0 -> schema.put("additionalProperties", false);
      case 1 -> schema.set("additionalProperties", node().put("type", "integer").put("minimum", 5));
      case 2 -> schema.put("additionalProperties", true);
      default -> {}
    }
    return schema;
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = node().put("type", "array");
    schema.set("items", next(depth - 1));
    int least = random.nextInt(3);
    switch (random.nextInt(4)) {
      case 0 -> schema.put("minItems", least);
      case 1 -> schema.put("minItems", least).put("maxItems", least + random.nextInt(3));
      case 2 -> {
        ArrayNode prefix = schema.putArray("prefixItems");
        prefix.add(next(depth - 1)).add(next(depth - 1));
        schema.put("minItems", least);
      }
      default -> {}
    }
    return schema;
  }

  private ObjectNode either(int depth) {
    ObjectNode schema = node();
    schema.putArray("anyOf").add(next(depth - 1)).add(next(depth - 1));
    return schema;
  }

  private static ObjectNode reference(int depth) {
    ObjectNode schema = node();
    schema.put("$ref", "#/$defs/tree");
    return depth < 0 ? node() : schema;
  }

  /** A whole schema, with a recursive part to refer to. */
  ObjectNode whole() {
    ObjectNode schema = object(2);
    schema
        .putObject("$defs")
        .set(
            "tree",
            JsonMapper.shared()
                .readTree(
                    """
                    {"type":"object","properties":{"값":{"type":"integer"},
                     "children":{"type":"array","items":{"$ref":"#/$defs/tree"},"maxItems":2}},
                     "required":["값"],"additionalProperties":false}
                    """));
    return schema;
  }
}

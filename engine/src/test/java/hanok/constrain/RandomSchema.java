package hanok.constrain;

import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes random schemas, and random values that fit them, properties in the schema's order. */
final class RandomSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String[] NAMES = {"a", "ab", "이름", "나이", "x y", "q\"", "null", "긴\n이름"};
  private static final String[][] PATTERNS = {
    {"^[a-z]{2,5}$", "abc", "zz", "hello"},
    {"^\\d{3}-\\d{4}$", "010-1234"},
    {"^[가-힣]{2,4}$", "홍길동", "서울"},
    {"^(red|green|blue)$", "red", "blue"},
    {"[0-9]", "a1b", "7", "가0나"},
    {"^\\S+@\\S+$", "a@b", "가@나.다"},
  };

  private final SplittableRandom random;

  RandomSchema(long seed) {
    random = new SplittableRandom(seed);
  }

  ObjectNode schema(int depth) {
    ObjectNode schema = JSON.objectNode();
    switch (random.nextInt(depth > 0 ? 10 : 6)) {
      case 0 -> integer(schema);
      case 1 -> number(schema);
      case 2, 3 -> string(schema);
      case 4 -> schema.put("type", random.nextBoolean() ? "boolean" : "null");
      case 5 -> schema.putArray("enum").add("하나").add(2).add("two \"2\"").addNull().add(-1.5);
      case 6 -> array(schema, depth);
      case 7 -> alternatives(schema, depth);
      default -> object(schema, depth);
    }
    return schema;
  }

  private void integer(ObjectNode schema) {
    schema.put("type", "integer");
    long low = random.nextLong(-300, 300);
    switch (random.nextInt(5)) {
      case 0 -> schema.put("minimum", low);
      case 1 -> schema.put("exclusiveMaximum", low);
      case 2 -> schema.put("minimum", low).put("maximum", low + random.nextInt(2000));
      case 3 -> schema.put("multipleOf", random.nextInt(1, 30));
      default -> {}
    }
  }

  private void number(ObjectNode schema) {
    schema.put("type", "number");
    BigDecimal low = BigDecimal.valueOf(random.nextInt(-3000, 3000), 2);
    switch (random.nextInt(4)) {
      case 0 -> schema.put("minimum", low);
      case 1 ->
          schema
              .put("exclusiveMinimum", low)
              .put("exclusiveMaximum", low.add(BigDecimal.valueOf(random.nextInt(1, 900), 3)));
      case 2 -> schema.put("maximum", low).put("multipleOf", new BigDecimal("0.01"));
      default -> {}
    }
  }

  private void string(ObjectNode schema) {
    schema.put("type", "string");
    switch (random.nextInt(4)) {
      case 0 -> schema.put("minLength", random.nextInt(4)).put("maxLength", random.nextInt(4, 9));
      case 1 -> schema.put("pattern", PATTERNS[random.nextInt(PATTERNS.length)][0]);
      case 2 -> schema.put("minLength", random.nextInt(5));
      default -> {}
    }
  }

  private void array(ObjectNode schema, int depth) {
    schema.put("type", "array");
    if (random.nextInt(4) == 0) {
      schema.putArray("prefixItems").add(schema(depth - 1)).add(schema(depth - 1));
      schema.put("minItems", random.nextInt(3));
      return;
    }
    schema.set("items", schema(depth - 1));
    int least = random.nextInt(3);
    if (random.nextBoolean()) {
      schema.put("minItems", least);
    }
    if (random.nextBoolean()) {
      schema.put("maxItems", least + random.nextInt(4));
    }
  }

  private void alternatives(ObjectNode schema, int depth) {
    ArrayNode all = schema.putArray("anyOf");
    int count = random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      all.add(schema(depth - 1));
    }
  }

  private void object(ObjectNode schema, int depth) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    int first = random.nextInt(NAMES.length);
    int count = random.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      String name = NAMES[(first + i) % NAMES.length];
      properties.set(name, schema(depth - 1));
      if (random.nextBoolean()) {
        required.add(name);
      }
    }
    switch (random.nextInt(4)) {
      case 0 -> schema.put("additionalProperties", true);
      case 1 -> schema.set("additionalProperties", schema(0));
      default -> schema.put("additionalProperties", false);
    }
  }

  /** A value that fits a schema which this class has made. */
  JsonNode value(JsonNode schema) {
    if (schema.has("anyOf")) {
      return value(schema.path("anyOf").get(random.nextInt(schema.path("anyOf").size())));
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    return switch (schema.path("type").asString("")) {
      case "integer" -> integerOf(schema);
      case "number" -> numberOf(schema);
      case "string" -> JSON.stringNode(stringOf(schema));
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "array" -> arrayOf(schema);
      case "object" -> objectOf(schema);
      default -> JSON.nullNode();
    };
  }

  private JsonNode integerOf(JsonNode schema) {
    long low = schema.path("minimum").asLong(schema.path("exclusiveMaximum").asLong(10_000) - 9999);
    long high =
        schema.path("exclusiveMaximum").asLong(schema.path("maximum").asLong(low + 5000) + 1);
    long factor = schema.path("multipleOf").asLong(1);
    return JSON.numberNode(random.nextLong(low, high) / factor * factor);
  }

  private JsonNode numberOf(JsonNode schema) {
    if (schema.has("exclusiveMinimum")) {
      BigDecimal low = schema.path("exclusiveMinimum").decimalValue();
      BigDecimal high = schema.path("exclusiveMaximum").decimalValue();
      BigDecimal span = high.subtract(low).movePointRight(4);
      return JSON.numberNode(
          low.add(BigDecimal.valueOf(random.nextInt(1, span.intValueExact()), 4)));
    }
    BigDecimal bound =
        schema.has("minimum")
            ? schema.path("minimum").decimalValue()
            : schema.path("maximum").decimalValue(BigDecimal.ZERO);
    BigDecimal step = BigDecimal.valueOf(random.nextInt(100_000), 2);
    return JSON.numberNode(schema.has("minimum") ? bound.add(step) : bound.subtract(step));
  }

  private String stringOf(JsonNode schema) {
    for (String[] pattern : PATTERNS) {
      if (pattern[0].equals(schema.path("pattern").asString(""))) {
        return pattern[random.nextInt(1, pattern.length)];
      }
    }
    int least = schema.path("minLength").asInt(0);
    int length = random.nextInt(least, schema.path("maxLength").asInt(least + 20) + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(5);
      text.appendCodePoint(
          kind == 0
              ? random.nextInt('가', '힣' + 1)
              : kind == 1
                  ? random.nextInt(0x1F600, 0x1F640)
                  : kind == 2 ? "\"\\/\n\t\u0001é\u2028".charAt(random.nextInt(8)) : 'a' + i % 26);
    }
    return text.toString();
  }

  private JsonNode arrayOf(JsonNode schema) {
    ArrayNode array = JSON.arrayNode();
    int least = schema.path("minItems").asInt(0);
    JsonNode first = schema.path("prefixItems");
    int most = schema.path("maxItems").asInt(first.isArray() ? first.size() : least + 3);
    int count = random.nextInt(least, most + 1);
    for (int i = 0; i < count; i++) {
      array.add(value(first.isArray() ? first.get(i) : schema.path("items")));
    }
    return array;
  }

  private JsonNode objectOf(JsonNode schema) {
    ObjectNode object = JSON.objectNode();
    List<String> required =
        schema.path("required").values().stream().map(JsonNode::asString).toList();
    for (var property : schema.path("properties").properties()) {
      if (required.contains(property.getKey()) || random.nextBoolean()) {
        object.set(property.getKey(), value(property.getValue()));
      }
    }
    JsonNode others = schema.path("additionalProperties");
    if (others.isObject() || others.asBoolean(false)) {
      for (String name : List.of("aa", "이", "abc", "")) {
        if (random.nextInt(3) == 0) {
          object.set(
              name, others.isObject() ? value(others) : JsonMapper.shared().readTree("[{}]"));
        }
      }
    }
    return object;
  }
}

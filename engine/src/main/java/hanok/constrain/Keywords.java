package hanok.constrain;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the values of a schema's keywords; what is of another kind is refused by its place. */
final class Keywords {
  private static final Set<String> NOTES =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "example",
          "deprecated",
          "readOnly",
          "writeOnly",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "then",
          "else",
          "maxContains",
          "$schema",
          "$id",
          "$anchor",
          "$dynamicAnchor",
          "$vocabulary",
          "$comment",
          "$defs",
          "definitions");

  private Keywords() {}

  /** Whether a keyword demands nothing of a value by itself. */
  static boolean isNote(String keyword) {
    return NOTES.contains(keyword) || keyword.startsWith("x-");
  }

  static JsonNode schema(JsonNode value, String pointer) {
    return require(value.isObject() || value.isBoolean(), value, pointer, "a schema");
  }

  static JsonNode object(JsonNode value, String pointer) {
    return require(value.isObject(), value, pointer, "an object");
  }

  static JsonNode array(JsonNode value, String pointer) {
    return require(value.isArray(), value, pointer, "a list");
  }

  static String text(JsonNode value, String pointer) {
    return require(value.isString(), value, pointer, "text").stringValue();
  }

  static boolean flag(JsonNode value, String pointer) {
    return require(value.isBoolean(), value, pointer, "true or false").booleanValue();
  }

  static BigDecimal number(JsonNode value, String pointer) {
    boolean isDouble = value.isDouble() || value.isFloat();
    boolean finite = value.isNumber() && (!isDouble || Double.isFinite(value.doubleValue()));
    return require(finite, value, pointer, "a number").decimalValue();
  }

  static int count(JsonNode value, String pointer, int most) {
    BigDecimal count = number(value, pointer);
    boolean whole = count.signum() >= 0 && count.stripTrailingZeros().scale() <= 0;
    require(whole, value, pointer, "a count");
    if (count.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new IllegalArgumentException(
          "%s: %s is above %d, which is what Hanok can count".formatted(pointer, count, most));
    }
    return count.intValueExact();
  }

  static Set<Conjunction.Type> types(JsonNode value, String pointer) {
    Set<Conjunction.Type> types = EnumSet.noneOf(Conjunction.Type.class);
    if (value.isArray()) {
      value.values().forEach(one -> types.add(type(text(one, pointer), pointer)));
    } else {
      types.add(type(text(value, pointer), pointer));
    }
    return types;
  }

  private static Conjunction.Type type(String name, String pointer) {
    for (Conjunction.Type type : Conjunction.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "%s: \"%s\" is no type of JSON Schema".formatted(pointer, shortened(name)));
  }

  /** Equal as JSON Schema has it: numbers by their value. */
  static boolean same(JsonNode a, JsonNode b) {
    return a.equals(
        (x, y) -> {
          boolean equal =
              x.isNumber() && y.isNumber()
                  ? x.decimalValue().compareTo(y.decimalValue()) == 0
                  : x.equals(y);
          return equal ? 0 : 1;
        },
        b);
  }

  private static JsonNode require(boolean fits, JsonNode value, String pointer, String kind) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: %s is not %s".formatted(pointer, shortened(value.toString()), kind));
    }
    return value;
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}

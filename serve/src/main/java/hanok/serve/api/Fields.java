package hanok.serve.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a JSON object, each with the type that it must have. A field that is null counts as
 * absent, as does an unknown one: clients send both. A wrong type is refused by name.
 */
public final class Fields {
  /** Characters of a wrong value that an error quotes. */
  private static final int QUOTED_MAX = 40;

  private final ObjectNode node;
  private final String path;

  private Fields(ObjectNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /**
   * The fields of a request's body.
   *
   * @throws ApiException if it is no object
   */
  public static Fields of(JsonNode body) {
    if (!(body instanceof ObjectNode object)) {
      throw ApiException.badRequest("the request must be a JSON object, got " + quote(body));
    }
    return new Fields(object, "");
  }

  /** The fields of an object within a request; {@code path} names it in errors. */
  public static Fields of(JsonNode object, String path) {
    if (!(object instanceof ObjectNode fields)) {
      throw ApiException.badRequest("%s must be an object, got %s".formatted(path, quote(object)));
    }
    return new Fields(fields, path + ".");
  }

  /** No fields. */
  public static Fields none() {
    return new Fields(JsonNodeFactory.instance.objectNode(), "");
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  /** The value of a field, whatever its type; null if it is absent. */
  public @Nullable JsonNode find(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** All of it. */
  public ObjectNode node() {
    return node;
  }

  public Optional<String> string(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw wrong(name, "a string", value);
    }
    return Optional.of(value.stringValue());
  }

  /** A string that must be there. */
  public String required(String name) {
    return string(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> ApiException.badRequest(path + name + " is required"));
  }

  public boolean bool(String name, boolean absent) {
    JsonNode value = find(name);
    if (value != null && !value.isBoolean()) {
      throw wrong(name, "true or false", value);
    }
    return value == null ? absent : value.booleanValue();
  }

  /** An integer in a range; {@code absent} need not be in it. */
  public int integer(String name, int absent, int least, int most) {
    return (int) whole(name, absent, least, most);
  }

  /** A whole number, also one that is written as 5.0. */
  public long whole(String name, long absent, long least, long most) {
    JsonNode value = find(name);
    if (value == null) {
      return absent;
    }
    double real = real(value);
    if (!value.isNumber() || real != Math.rint(real)) {
      throw wrong(name, "an integer", value);
    }
    if (real < least || real > most || real < Long.MIN_VALUE || real >= 0x1p63) {
      throw ApiException.badRequest(
          "%s%s must be in [%d, %d], got %s".formatted(path, name, least, most, quote(value)));
    }
    return value.isIntegralNumber() ? value.longValue() : (long) real;
  }

  public float number(String name, float absent) {
    JsonNode value = find(name);
    if (value != null && !value.isNumber()) {
      throw wrong(name, "a number", value);
    }
    return value == null ? absent : (float) real(value);
  }

  /** A number as it is; one that is too large for that is infinite. */
  public static double real(JsonNode value) {
    return value.asDouble(Double.POSITIVE_INFINITY);
  }

  /** The fields of an object; no fields, if it is absent. */
  public Fields object(String name) {
    JsonNode value = find(name);
    return value == null ? none() : of(value, path + name);
  }

  /** The elements of a list; none, if it is absent. */
  public List<JsonNode> list(String name, int most) {
    JsonNode value = find(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrong(name, "a list", value);
    }
    if (value.size() > most) {
      throw ApiException.badRequest(
          "%s%s must have at most %d elements, got %d".formatted(path, name, most, value.size()));
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  /** A string, or a list of strings; none, if it is absent. */
  public List<String> strings(String name, int most) {
    JsonNode value = find(name);
    if (value != null && value.isString()) {
      return List.of(value.stringValue());
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : list(name, most)) {
      if (!element.isString()) {
        throw wrong(name, "a string or a list of strings", element);
      }
      strings.add(element.stringValue());
    }
    return strings;
  }

  /** An error about one of the fields. */
  public ApiException wrong(String name, String wanted, JsonNode got) {
    return ApiException.badRequest(
        "%s%s must be %s, got %s".formatted(path, name, wanted, quote(got)));
  }

  private static String quote(@Nullable JsonNode value) {
    if (value == null || value.isMissingNode()) {
      return "nothing";
    }
    if (value.isContainer()) {
      return value.isArray() ? "a list" : "an object";
    }
    String text = value.toString();
    return text.length() <= QUOTED_MAX
        ? text
        : text.substring(0, QUOTED_MAX) + "… (%,d characters)".formatted((long) text.length());
  }
}

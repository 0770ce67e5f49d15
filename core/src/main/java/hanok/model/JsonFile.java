package hanok.model;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object of a model folder, with accessors that throw {@link MalformedModelException} naming
 * file and key where a value is missing or has another type. A null counts as missing, as in
 * Python's configuration files.
 */
final class JsonFile {
  private final Path file;
  private final String prefix;
  private final JsonNode node;

  private JsonFile(Path file, String prefix, JsonNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  static JsonFile read(Path file) {
    try {
      JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(file));
      JsonFile json = new JsonFile(file, "", node);
      if (!node.isObject()) {
        throw json.malformed("not a JSON object");
      }
      return json;
    } catch (JacksonException e) {
      throw new MalformedModelException(
          file, MalformedModelException.NOWHERE, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** The object at a key; an empty one if there is none. */
  JsonFile object(String key) {
    JsonNode value = has(key) ? node.path(key) : JsonMapper.shared().createObjectNode();
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return new JsonFile(file, prefix + key + ".", value);
  }

  int integer(String key) {
    JsonNode value = required(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, "an integer", value);
    }
    return value.intValue();
  }

  int integer(String key, int fallback) {
    return has(key) ? integer(key) : fallback;
  }

  double real(String key) {
    JsonNode value = required(key);
    if (!value.isNumber()) {
      throw wrong(key, "a number", value);
    }
    return value.doubleValue();
  }

  double real(String key, double fallback) {
    return has(key) ? real(key) : fallback;
  }

  boolean flag(String key) {
    if (!has(key)) {
      return false;
    }
    JsonNode value = node.path(key);
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.booleanValue();
  }

  String string(String key, String fallback) {
    if (!has(key)) {
      return fallback;
    }
    JsonNode value = node.path(key);
    if (!value.isString()) {
      throw wrong(key, "a string", value);
    }
    return value.stringValue();
  }

  /** The value at a key, a missing node if there is none. */
  JsonNode value(String key) {
    return node.path(key);
  }

  /** The first of these keys that the object has, or else the first. */
  String either(String first, String second) {
    return has(first) || !has(second) ? first : second;
  }

  MalformedModelException malformed(String reason) {
    return new MalformedModelException(file, MalformedModelException.NOWHERE, reason);
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw malformed("key " + prefix + key + ": missing");
    }
    return node.path(key);
  }

  private MalformedModelException wrong(String key, String expected, JsonNode found) {
    return malformed("key %s: %s expected, %s found".formatted(prefix + key, expected, found));
  }
}

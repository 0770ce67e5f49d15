package hanok.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Jinja made of templates, recorded by {@code record.py}. */
final class Recorded {
  private Recorded() {}

  static List<JsonNode> lines(String name) {
    return resource(name).lines().map(JsonMapper.shared()::readTree).toList();
  }

  static String resource(String name) {
    try (InputStream in = Recorded.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Value> variables(JsonNode node) {
    Map<String, Value> variables = new LinkedHashMap<>();
    node.forEachEntry((name, value) -> variables.put(name, Value.ofPerson(plain(value))));
    return variables;
  }

  static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.forEachEntry((name, value) -> map.put(name, plain(value)));
      return map;
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (node.isString()) {
      return node.asString();
    }
    if (node.isNumber()) {
      return node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
    }
    return node.isBoolean() ? node.asBoolean() : null;
  }

  /** What a template writes, or what it says instead. */
  static String run(String template, Map<String, Value> variables) {
    try {
      return JinjaTemplate.parse(template).render(variables).stream()
          .map(hanok.token.Span::text)
          .collect(Collectors.joining());
    } catch (TemplateException e) {
      return "ERROR " + e.getMessage();
    }
  }
}

package hanok.console;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/**
 * The line of every key of a YAML file. Jackson forgets it where it keeps values for later, as it
 * does for records.
 */
final class YamlLines {
  private final Map<String, Integer> lines = new HashMap<>();

  /**
   * @param yaml what to read to its end
   * @throws tools.jackson.core.JacksonException if it is no YAML
   */
  YamlLines(JsonParser yaml) {
    for (JsonToken token = yaml.nextToken(); token != null; token = yaml.nextToken()) {
      lines.putIfAbsent(path(yaml.streamReadContext()), yaml.currentTokenLocation().getLineNr());
    }
  }

  private static String path(TokenStreamContext context) {
    TokenStreamContext parent = context.getParent();
    if (parent == null) {
      return "";
    }
    String step = context.inArray() ? "" + context.getCurrentIndex() : context.currentName();
    String above = path(parent);
    return above.isEmpty() || step == null
        ? above + (step == null ? "" : step)
        : above + "." + step;
  }

  /** Whether the file says nothing. */
  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The line of a key, such as {@code data.0.file}, or of the nearest above it. */
  int of(String path) {
    for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('.')))) {
      Integer line = lines.get(at);
      if (line != null) {
        return line;
      }
    }
    return 1;
  }
}

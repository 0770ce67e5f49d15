package hanok.console;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON for scripts: one object a line. Loaded only by what needs it, since Jackson takes its time.
 */
public final class Json {
  private Json() {}

  public static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  public static JsonNode read(Path file, byte[] bytes) {
    try {
      return JsonMapper.shared().readTree(bytes);
    } catch (JacksonException e) {
      throw new Failure(ExitCode.FAILURE, "error.notJson", file, e.getOriginalMessage());
    }
  }
}

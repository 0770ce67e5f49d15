package hanok.serve.runner;

import hanok.chat.Message;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A message of a request.
 *
 * @param calls of functions, by an assistant: {@code {"name": …, "arguments": {…}}} each
 * @param tool the function whose result this is, if it is one
 */
public record Turn(Speaker speaker, String content, List<JsonNode> calls, String tool) {

  /** Who speaks. */
  public enum Speaker {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
  }

  public Turn {
    calls = List.copyOf(calls);
  }

  public static Turn of(Speaker speaker, String content) {
    return new Turn(speaker, content, List.of(), "");
  }

  /**
   * The turn in words that every model understands: models of this family have no tokens for
   * functions.
   */
  Message message() {
    return switch (speaker) {
      case SYSTEM -> Message.system(content);
      case USER -> Message.user(content);
      case ASSISTANT -> Message.assistant(calls.isEmpty() ? content : written());
      case TOOL ->
          Message.user(
              (tool.isEmpty() ? "Result of the function:\n" : "Result of " + tool + ":\n")
                  + content);
    };
  }

  private String written() {
    StringBuilder text = new StringBuilder(content);
    for (JsonNode call : calls) {
      text.append(text.isEmpty() ? "" : "\n").append(call);
    }
    return text.toString();
  }
}

package hanok.serve.runner;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells a call of a function from text while an answer comes in: what begins with a brace is held
 * back, since it will be a call once it is whole.
 */
public final class CallFilter {
  private final boolean active;
  private final StringBuilder held = new StringBuilder();
  private boolean text;

  /**
   * @param active whether there are functions at all; otherwise everything is text
   */
  public CallFilter(boolean active) {
    this.active = active;
  }

  /** Adds a piece and returns what is certain to be text. */
  public String add(String piece) {
    if (!active || text) {
      return piece;
    }
    held.append(piece);
    String begun = held.toString().stripLeading();
    if (begun.isEmpty() || begun.startsWith("{")) {
      return "";
    }
    text = true;
    return take();
  }

  /** The call, once the answer is complete; empty if it was text, or was cut off. */
  public Optional<JsonNode> call() {
    if (text || held.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode call = JsonMapper.shared().readTree(held.toString());
      return call.has("name") && call.has("arguments") ? Optional.of(call) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** What was held back and is no call. */
  public String rest() {
    return call().isPresent() ? "" : take();
  }

  private String take() {
    String all = held.toString();
    held.setLength(0);
    return all;
  }
}

package hanok.serve.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that is refused, or that failed: one sentence and a status. Each interface writes it in
 * its own form.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient ObjectNode more;

  private ApiException(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    more = JsonMapper.shared().createObjectNode();
  }

  /**
   * An error with a status of its own.
   *
   * @param code a word for programs, such as {@code context_length_exceeded}; empty for none
   */
  public static ApiException of(int status, String code, String message) {
    return new ApiException(status, code, message);
  }

  public static ApiException badRequest(String message) {
    return new ApiException(400, "", message);
  }

  public static ApiException notFound(String message) {
    return new ApiException(404, "", message);
  }

  /** There is more to do than the server has agreed to: the client should come again. */
  public static ApiException busy(String why) {
    return new ApiException(503, "", "server busy, please try again: " + why);
  }

  /** Adds something for programs to know. */
  public ApiException with(String name, JsonNode value) {
    more.set(name, value);
    return this;
  }

  /** What else there is to know; each interface puts it beside its error. */
  public ObjectNode more() {
    return more;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** The sentence, which there always is. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}

package hanok.serve.http;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what clients send, as much as they may and as long as they may take. */
public final class Bodies {
  /** Bytes of a JSON body. */
  public static final int JSON_MAX = 10 << 20;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Watchdog watchdog;
  private final Duration limit;

  /**
   * @param limit how long a client may take to send a JSON body
   */
  public Bodies(Watchdog watchdog, Duration limit) {
    this.watchdog = watchdog;
    this.limit = limit;
  }

  /**
   * The fields of a JSON body.
   *
   * @throws ApiException if there is none, it is too large, or it is no JSON object
   */
  public Fields fields(ServerRequest request) {
    byte[] bytes = bytes(request);
    if (bytes.length == 0) {
      throw ApiException.badRequest("missing request body");
    }
    return Fields.of(parse(bytes));
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw ApiException.badRequest("invalid JSON: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  private byte[] bytes(ServerRequest request) {
    OptionalLong length = length(request);
    if (length.orElse(0) > JSON_MAX) {
      throw tooLarge();
    }
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try {
      return watchdog.within(limit, () -> read(request.content().inputStream()));
    } catch (IOException | RuntimeException e) {
      throw e instanceof ApiException refused ? refused : new ClientGoneException(e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(JSON_MAX + 1);
    if (bytes.length > JSON_MAX) {
      throw tooLarge();
    }
    return bytes;
  }

  /** The length that the client has announced, if it has. */
  public static OptionalLong length(ServerRequest request) {
    return request.headers().contentLength().isPresent()
        ? OptionalLong.of(request.headers().contentLength().getAsLong())
        : OptionalLong.empty();
  }

  /** The body as a stream without a limit, for weights. */
  public static InputStream stream(ServerRequest request) {
    return request.content().hasEntity()
        ? request.content().inputStream()
        : InputStream.nullInputStream();
  }

  private static ApiException tooLarge() {
    return ApiException.of(
        413, "", "the request body is larger than %d MB".formatted(JSON_MAX >> 20));
  }

  /** The text of a header; empty if it is absent. */
  public static String header(ServerRequest request, String name) {
    return request.headers().first(HeaderNames.create(name)).orElse("");
  }
}

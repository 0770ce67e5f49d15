package hanok.serve.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.serve.api.ApiException;
import hanok.serve.api.ErrorForm;
import hanok.serve.api.Fields;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A request and the answer to it. */
public final class Exchange {
  private final ServerRequest request;
  private final ServerResponse response;
  private final Http http;
  private final ErrorForm errors;
  private final String argument;
  private final long start = System.nanoTime();
  private @Nullable Reply reply;

  /**
   * @param argument what the path says beyond its route: a name, a digest
   */
  public Exchange(
      ServerRequest request,
      ServerResponse response,
      Http http,
      ErrorForm errors,
      String argument) {
    this.request = request;
    this.response = response;
    this.http = http;
    this.errors = errors;
    this.argument = argument;
  }

  public String argument() {
    return argument;
  }

  /** When the request came, in {@link System#nanoTime}. */
  public long start() {
    return start;
  }

  /** The fields of the request's JSON body, which must be there. */
  public Fields fields() {
    return new Bodies(http.watchdog(), http.bodyLimit()).fields(request);
  }

  /** The bytes of the request's body, however many. */
  public InputStream body() {
    return Bodies.stream(request);
  }

  /** Whether the client says that it takes this type. */
  public boolean accepts(String contentType) {
    return Bodies.header(request, "Accept").contains(contentType);
  }

  /** A header of the request; empty if it is absent. */
  public String requestHeader(String name) {
    return Bodies.header(request, name);
  }

  /** Begins an answer that is made while the client waits. */
  public Reply reply(Reply.Form form) {
    Reply begun = new Reply(response, form, errors, http.watchdog(), http.writeLimit());
    reply = begun;
    return begun;
  }

  /** Answers with JSON. */
  public void json(JsonNode body) {
    send(200, "application/json; charset=utf-8", body.toString());
  }

  /** Answers with a text. */
  public void text(String contentType, String body) {
    send(200, contentType, body);
  }

  /** Answers with nothing but a status. */
  public void status(int status) {
    response.status(status);
    guarded(response::send);
  }

  public void header(String name, String value) {
    response.header(name, value);
  }

  private void send(int status, String contentType, String body) {
    send(status, contentType, body.getBytes(UTF_8));
  }

  /** Answers with bytes. */
  public void send(int status, String contentType, byte[] body) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    guarded(() -> response.send(body));
  }

  /** Answers with an error, in the interface's form; or ends a stream with it. */
  public void fail(ApiException error) {
    Reply begun = reply == null ? reply(Reply.Form.JSON) : reply;
    begun.fail(error);
    begun.end();
  }

  private void guarded(Runnable send) {
    try {
      http.watchdog()
          .<@Nullable Void, RuntimeException>within(
              http.writeLimit(),
              () -> {
                send.run();
                return null;
              });
    } catch (UncheckedIOException | CloseConnectionException e) {
      throw new ClientGoneException(e);
    }
  }
}

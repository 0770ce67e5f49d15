package hanok.serve.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that speaks Ollama's interface, seen from outside. */
public final class RemoteServer implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  private final URI base;
  private final String key;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  /**
   * @param base such as {@code http://127.0.0.1:11434}
   * @param key to be let in; empty for none
   */
  public RemoteServer(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  public URI base() {
    return base;
  }

  /**
   * Asks for something.
   *
   * @throws RemoteException if nobody answers, or the answer is no
   */
  public JsonNode get(String path) {
    return whole(request(path).build());
  }

  /**
   * Asks for something to be done.
   *
   * @throws RemoteException if nobody answers, or the answer is no
   */
  public JsonNode post(String path, JsonNode body) {
    return whole(withBody(path, body));
  }

  /**
   * Asks for something that is told line by line.
   *
   * @param cancelled is asked between lines; if it says true, the connection is cut
   * @throws RemoteException if nobody answers, the answer is no, or a line is an error
   */
  public void stream(
      String path, JsonNode body, Consumer<JsonNode> lines, BooleanSupplier cancelled) {
    HttpResponse<InputStream> response = send(withBody(path, body));
    try (InputStream in = response.body();
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      if (response.statusCode() != 200) {
        throw refusal(response.statusCode(), new String(in.readAllBytes(), UTF_8));
      }
      String line = reader.readLine();
      while (line != null && !cancelled.getAsBoolean()) {
        if (!line.isBlank()) {
          lines.accept(checked(parse(line)));
        }
        line = reader.readLine();
      }
    } catch (IOException e) {
      throw new RemoteException(RemoteException.UNREACHABLE, lost(e));
    }
  }

  private HttpRequest withBody(String path, JsonNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private JsonNode whole(HttpRequest request) {
    HttpResponse<InputStream> response = send(request);
    try (InputStream in = response.body()) {
      String body = new String(in.readAllBytes(), UTF_8);
      if (response.statusCode() / 100 != 2) {
        throw refusal(response.statusCode(), body);
      }
      return body.isBlank() ? JsonMapper.shared().createObjectNode() : checked(parse(body));
    } catch (IOException e) {
      throw new RemoteException(RemoteException.UNREACHABLE, lost(e));
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new RemoteException(
          RemoteException.UNREACHABLE, "no server answers at " + base + ": " + reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteException(RemoteException.UNREACHABLE, "interrupted");
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "connection refused" : e.getMessage();
  }

  private String lost(IOException e) {
    return "the connection to " + base + " was lost: " + reason(e);
  }

  private JsonNode parse(String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new RemoteException(502, "what answers at " + base + " does not speak JSON");
    }
  }

  private static JsonNode checked(JsonNode answer) {
    if (answer.path("error").isString()) {
      throw new RemoteException(500, answer.path("error").stringValue());
    }
    return answer;
  }

  private RemoteException refusal(int status, String body) {
    String sentence = base + " answers with status " + status;
    try {
      sentence = JsonMapper.shared().readTree(body).path("error").asString(sentence);
    } catch (JacksonException e) {
      return new RemoteException(status, sentence); // a proxy's page, say
    }
    return new RemoteException(status, sentence);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

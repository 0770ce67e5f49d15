package hanok.serve.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
   * @param cancelled is asked often, by the caller's thread, also while nothing comes; once it says
   *     true, the connection is cut, by which the server knows
   * @return whether everything was told; false if it was cancelled
   * @throws RemoteException if nobody answers, the answer is no, or a line is an error
   */
  public boolean stream(
      String path, JsonNode body, Consumer<JsonNode> lines, BooleanSupplier cancelled) {
    CompletableFuture<HttpResponse<InputStream>> sent =
        client.sendAsync(withBody(path, body), BodyHandlers.ofInputStream());
    Optional<HttpResponse<InputStream>> response = begun(sent, cancelled);
    if (response.isEmpty()) {
      return false;
    }
    try (InputStream in = response.get().body()) {
      if (response.get().statusCode() != 200) {
        throw refusal(response.get().statusCode(), new String(in.readAllBytes(), UTF_8));
      }
      try (LinesAhead ahead = new LinesAhead(in)) {
        return ahead.forEach(line -> lines.accept(checked(parse(line))), cancelled);
      }
    } catch (IOException e) {
      throw new RemoteException(RemoteException.UNREACHABLE, lost(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Waits for the head of an answer; empty if that was cancelled. */
  private Optional<HttpResponse<InputStream>> begun(
      CompletableFuture<HttpResponse<InputStream>> sent, BooleanSupplier cancelled) {
    while (!cancelled.getAsBoolean()) {
      try {
        return Optional.of(sent.get(LinesAhead.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        // Perhaps it was cancelled meanwhile.
      } catch (InterruptedException e) {
        sent.cancel(true);
        throw interrupted();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause
            ? unreachable(cause)
            : new IllegalStateException(e.getCause());
      }
    }
    sent.cancel(true);
    return Optional.empty();
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
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private RemoteException unreachable(IOException e) {
    return new RemoteException(
        RemoteException.UNREACHABLE, "no server answers at " + base + ": " + reason(e));
  }

  private static RemoteException interrupted() {
    Thread.currentThread().interrupt();
    return new RemoteException(RemoteException.UNREACHABLE, "interrupted");
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

  /** An error that came too late for a status in the head may have one beside it. */
  private static JsonNode checked(JsonNode answer) {
    if (answer.path("error").isString()) {
      int status = answer.path("status").asInt(500);
      throw new RemoteException(status, answer.path("error").stringValue());
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

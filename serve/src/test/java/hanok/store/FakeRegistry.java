package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A registry and a hub on this machine, which do as they should unless a {@link Mischief} steps in.
 */
final class FakeRegistry implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  private final HttpServer server;
  private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();

  /** All requests, in the order in which they came. */
  final List<Seen> seen = new CopyOnWriteArrayList<>();

  /** Bytes of bodies that were sent. */
  final AtomicLong sent = new AtomicLong();

  volatile Mischief mischief = (exchange, path) -> false;

  /** What a request had. */
  record Seen(String path, String range, String authorization) {}

  /** Answers a request itself, or returns false. */
  interface Mischief {
    boolean answers(HttpExchange exchange, String path) throws IOException, InterruptedException;
  }

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(pool);
    server.createContext("/", this::handle);
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String url() {
    return "http://" + host();
  }

  ModelName name(String model) {
    return ModelName.parse(host() + "/lab/" + model);
  }

  /** Serves bytes at a path. */
  void serve(String path, byte[] body) {
    bodies.put(path, body);
  }

  void serve(String path, String body) {
    serve(path, body.getBytes(UTF_8));
  }

  /** Serves a model of {@code lab}, with Ollama's protocol. */
  void serveModel(String model, List<Samples.Blob> layers) {
    ModelName name = name(model);
    String repository = "/v2/lab/" + name.model();
    serve(repository + "/manifests/" + name.tag(), Samples.manifest(Samples.config(), layers));
    serve(repository + "/blobs/" + Samples.config().digest(), Samples.config().bytes());
    layers.forEach(layer -> serve(repository + "/blobs/" + layer.digest(), layer.bytes()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    seen.add(new Seen(path, header(exchange, "Range"), header(exchange, "Authorization")));
    try (exchange) {
      if (!mischief.answers(exchange, path)) {
        answer(exchange, bodies.get(path));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private void answer(HttpExchange exchange, byte @Nullable [] body) throws IOException {
    if (body == null) {
      send(exchange, 404, "{\"error\":\"not here\"}".getBytes(UTF_8));
      return;
    }
    Matcher range = RANGE.matcher(header(exchange, "Range"));
    if (!range.matches()) {
      send(exchange, 200, body);
      return;
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2)) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, body.length));
    send(exchange, 206, java.util.Arrays.copyOfRange(body, from, to));
  }

  void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    sent.addAndGet(body.length);
  }

  /** Answers as it should, but ends the connection after so many bytes. */
  void cut(HttpExchange exchange, int bytes) throws IOException {
    byte[] body = body(exchange.getRequestURI().toString());
    Matcher range = RANGE.matcher(header(exchange, "Range"));
    if (!range.matches()) {
      throw new AssertionError("a range was expected");
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2)) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, body.length));
    exchange.sendResponseHeaders(206, to - from);
    int count = Math.min(bytes, to - from);
    exchange.getResponseBody().write(body, from, count);
    exchange.getResponseBody().flush();
    sent.addAndGet(count);
  }

  byte[] body(String path) {
    return Objects.requireNonNull(bodies.get(path), path);
  }

  List<Seen> blobRequests() {
    return seen.stream().filter(request -> request.path().contains("/blobs/")).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    pool.shutdownNow();
  }
}

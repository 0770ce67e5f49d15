package hanok.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry on this machine, as Ollama's, with two models: {@code tiny}, which is a golden one,
 * and {@code broken}, whose weights are not what its manifest says.
 */
final class FakeRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>(); // by path

  FakeRegistry(Path weights) {
    try {
      byte[] gguf = Files.readAllBytes(weights);
      add("tiny", gguf, gguf);
      byte[] other = gguf.clone();
      other[other.length - 1]++;
      add("broken", gguf, other);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v2/library/", this::answer);
    server.start();
  }

  /** The name by which a model of it is pulled. */
  String name(String model) {
    return "127.0.0.1:%d/library/%s:latest".formatted(server.getAddress().getPort(), model);
  }

  private void add(String model, byte[] promised, byte[] sent) {
    byte[] config =
        """
        {"model_format":"gguf","model_family":"exaone","model_families":["exaone"],\
        "model_type":"1.5M","file_type":"Q5_K_M"}\
        """
            .getBytes(UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(
                layer("application/vnd.docker.container.image.v1+json", config),
                layer("application/vnd.ollama.image.model", promised));
    String repository = "/v2/library/" + model;
    files.put(repository + "/manifests/latest", manifest.getBytes(UTF_8));
    files.put(repository + "/blobs/" + digest(config), config);
    files.put(repository + "/blobs/" + digest(promised), sent);
  }

  private static String layer(String mediaType, byte[] bytes) {
    return """
    {"mediaType":"%s","digest":"%s","size":%d}\
    """
        .formatted(mediaType, digest(bytes), bytes.length);
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = files.get(exchange.getRequestURI().getPath());
      if (body == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (range == null) {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        return;
      }
      String[] ends = range.replaceFirst("bytes=", "").split("-", -1);
      int from = Integer.parseInt(ends[0]);
      int to = ends[1].isEmpty() ? body.length - 1 : Integer.parseInt(ends[1]);
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, to, body.length));
      exchange.sendResponseHeaders(206, to - from + 1);
      exchange.getResponseBody().write(body, from, to - from + 1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

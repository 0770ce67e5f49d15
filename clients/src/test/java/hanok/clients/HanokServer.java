package hanok.clients;

import hanok.engine.LoadOptions;
import hanok.serve.Server;
import hanok.serve.ServerConfig;
import hanok.serve.runner.Catalog;
import hanok.serve.runner.RunnerOptions;
import hanok.store.Licences;
import hanok.store.ModelStore;
import hanok.store.Puller;
import hanok.store.StorePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server on a free port with a golden model, whose answers are gibberish of the right form. The
 * licence of EXAONE's weights is accepted, since clients of others cannot.
 */
final class HanokServer implements AutoCloseable {
  static final String MODEL = "exaone-a-Q5_K_M";

  /** Values of the model's vectors. */
  static final int DIMENSIONS = 256;

  static final int CONTEXT = 4096;

  /** A prompt that no context holds. */
  static final String TOO_LONG = "가나다라 ".repeat(CONTEXT);

  private static final ServerConfig USUAL = ServerConfig.DEFAULT;

  private final Server server;
  private final HttpClient http = HttpClient.newHttpClient();

  private HanokServer(Path home, Duration grace) {
    StorePaths paths = new StorePaths(home, List.of());
    ModelStore store = ModelStore.open(paths);
    Map<String, String> environment = Map.of("HANOK_ACCEPT_LICENSE", "exaone-1.1-NC");
    Puller puller = Puller.of(store, Licences.open(paths, environment), Map.of());
    RunnerOptions runners =
        new RunnerOptions(
            LoadOptions.DEFAULT.withThreads(2).withBatchInvariant(true),
            4,
            64,
            CONTEXT,
            RunnerOptions.DEFAULT.kvType(),
            Duration.ofMinutes(5),
            3);
    ServerConfig config =
        USUAL
            .withAddress("127.0.0.1", 0)
            .withLimits(USUAL.idleLimit(), USUAL.bodyLimit(), USUAL.writeLimit(), grace)
            .withRunners(runners);
    server = Server.start(config, new Catalog(store, List.of(weights())), puller);
  }

  static HanokServer start(Path home) {
    return start(home, Duration.ofSeconds(10));
  }

  static HanokServer start(Path home, Duration grace) {
    return new HanokServer(home, grace);
  }

  /** The model's file. */
  static Path weights() {
    return Path.of("..", "golden", MODEL + ".gguf").toAbsolutePath().normalize();
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** A value of {@code /metrics}. */
  double metric(String name) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/metrics")).build();
    try {
      String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher value = Pattern.compile("(?m)^hanok:" + name + " (\\S+)$").matcher(text);
      if (!value.find()) {
        throw new AssertionError("no " + name + " in " + text);
      }
      return Double.parseDouble(value.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks for an answer and leaves before it is complete. */
  @FunctionalInterface
  interface Departure {
    void run() throws Exception;
  }

  /**
   * Fails unless the server notices within a second that a client has left, and works no more.
   * Three departures are tried: the JDK's HTTP client only half closes its connection at times, and
   * goes on receiving until its selector happens to wake up.
   */
  void assertNotices(Departure departure) throws Exception {
    for (int i = 0; i < 3; i++) {
      double before = metric("requests_left_total");
      departure.run();
      if (notices(before)) {
        return;
      }
    }
    throw new AssertionError(
        "a second after a client has left, requests_left_total is %s and requests_processing %s"
            .formatted(metric("requests_left_total"), metric("requests_processing")));
  }

  private boolean notices(double before) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (System.nanoTime() < deadline) {
      if (metric("requests_left_total") > before && metric("requests_processing") == 0) {
        return true;
      }
      Thread.sleep(20);
    }
    return false;
  }

  @Override
  public void close() {
    http.close();
    server.close();
  }
}

package hanok.serve;

import hanok.engine.LoadOptions;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import hanok.quantize.FileType;
import hanok.quantize.RandomModel;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on a free port with a golden model, and a client that speaks to it. */
final class TestServer implements AutoCloseable {
  static final Path GOLDEN = Path.of("..", "golden");
  static final String MODEL = "exaone-a-Q5_K_M";

  private final Server server;
  private final ModelStore store;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestServer(Path home, ServerConfig config, List<Path> files) {
    StorePaths paths = new StorePaths(home, List.of());
    store = ModelStore.open(paths);
    Puller puller = Puller.of(store, Licences.open(paths, Map.of()), Map.of());
    server = Server.start(config, new Catalog(store, files), puller);
  }

  static TestServer start(Path home) {
    return start(home, config());
  }

  static TestServer start(Path home, ServerConfig config) {
    return new TestServer(home, config, List.of(GOLDEN.resolve(MODEL + ".gguf")));
  }

  /** A server with one file. */
  static TestServer of(Path home, Path file) {
    return of(home, file, config());
  }

  static TestServer of(Path home, Path file, ServerConfig config) {
    return new TestServer(home, config, List.of(file));
  }

  /** What keeps the slow model from ending an answer. */
  static final String ENDLESS = "'0':-100,'1':-100,'2':-100,'361':-100";

  /** A server with a model, {@code slow}, that takes several milliseconds for a token. */
  static TestServer withSlowModel(Path home, ServerConfig config) {
    Path file = home.resolve("slow.gguf");
    ModelConfig shape =
        new ModelConfig(
            ModelConfig.Architecture.EXAONE,
            8,
            1024,
            8,
            2,
            128,
            4096,
            1000,
            4096,
            10_000,
            1,
            128,
            1e-5f);
    RandomModel.of(shape).write(file, FileType.Q8_0, 1, Progress.NONE);
    return new TestServer(home, config, List.of(file));
  }

  static ServerConfig config() {
    RunnerOptions runners =
        new RunnerOptions(
            LoadOptions.DEFAULT.withThreads(2).withBatchInvariant(true),
            4,
            64,
            1024,
            RunnerOptions.DEFAULT.kvType(),
            Duration.ofMinutes(5),
            2);
    return ServerConfig.DEFAULT.withAddress("127.0.0.1", 0).withRunners(runners);
  }

  ModelStore store() {
    return store;
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).build());
  }

  /** Posts JSON in which apostrophes stand for quotes. */
  HttpResponse<String> post(String path, String json) {
    return postExactly(path, json.replace('\'', '"'));
  }

  HttpResponse<String> postExactly(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  JsonNode postJson(String path, String json) {
    HttpResponse<String> response = post(path, json);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return json(response);
  }

  /** The lines of an NDJSON stream. */
  List<JsonNode> postLines(String path, String json) {
    List<JsonNode> lines = new ArrayList<>();
    post(path, json).body().lines().forEach(l -> lines.add(JsonMapper.shared().readTree(l)));
    return lines;
  }

  /** The data of server-sent events, without comments. */
  List<String> postEvents(String path, String json) {
    return post(path, json)
        .body()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring(6))
        .toList();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}

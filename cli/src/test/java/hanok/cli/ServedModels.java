package hanok.cli;

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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A server on a free port, in this JVM. */
final class ServedModels implements AutoCloseable {
  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger HTTP_LOG = Logger.getLogger("io.helidon");

  private final Server server;

  /**
   * @param home the folder of its store
   * @param keys one of which a request must show; none are needed if there are none
   * @param files that it offers besides
   */
  ServedModels(Path home, List<String> keys, Path... files) {
    HTTP_LOG.setLevel(Level.WARNING);
    StorePaths paths = new StorePaths(home, List.of());
    ModelStore store = ModelStore.open(paths);
    Puller puller = Puller.of(store, Licences.open(paths, Map.of()), Map.of());
    RunnerOptions runners =
        new RunnerOptions(
            LoadOptions.DEFAULT.withThreads(2).withBatchInvariant(true),
            4,
            64,
            1024,
            RunnerOptions.DEFAULT.kvType(),
            Duration.ofMinutes(5),
            2);
    ServerConfig config =
        ServerConfig.DEFAULT.withAddress("127.0.0.1", 0).withApiKeys(keys).withRunners(runners);
    server = Server.start(config, new Catalog(store, List.of(files)), puller);
  }

  /** As {@code --host} takes it. */
  String host() {
    return "127.0.0.1:" + server.port();
  }

  /** A number that the server counts. */
  double metric(String name) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + host() + "/metrics");
      String text =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      String line = text.lines().filter(l -> l.startsWith("hanok:" + name + " ")).findFirst().get();
      return Double.parseDouble(line.substring(line.indexOf(' ') + 1));
    }
  }

  @Override
  public void close() {
    server.close();
  }
}

package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Json;
import hanok.engine.LoadOptions;
import hanok.serve.Server;
import hanok.serve.ServerConfig;
import hanok.serve.runner.Catalog;
import hanok.serve.runner.KeepAlive;
import hanok.serve.runner.RunnerOptions;
import hanok.store.Licences;
import hanok.store.ModelStore;
import hanok.store.Puller;
import hanok.store.StorePaths;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code serve [MODEL.gguf …]}: answers over HTTP until it is stopped. */
@Command(name = "serve")
final class Serve implements Callable<Integer> {
  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger HTTP_LOG = Logger.getLogger("io.helidon");

  /** What it has to say, that the address is taken, is said here. */
  private static final Logger START_LOG = Logger.getLogger("io.helidon.webserver.LoomServer");

  @ParentCommand Hanok hanok;
  @Mixin ModelOptions modelOptions = new ModelOptions();

  @Parameters(index = "0..*", arity = "0..*", paramLabel = "MODEL.gguf")
  List<Path> files = List.of();

  @Option(names = "--host", paramLabel = "ADDRESS[:PORT]")
  String address = "";

  @Option(names = "--parallel", paramLabel = "N", defaultValue = "8")
  int parallel;

  @Option(names = "--queue", paramLabel = "N", defaultValue = "512")
  int queue;

  @Option(names = "--max-models", paramLabel = "N", defaultValue = "3")
  int maxModels;

  @Option(names = "--keep-alive", paramLabel = "TIME", defaultValue = "5m")
  String keepAlive = "5m";

  @Option(names = "--allow-host", paramLabel = "NAME")
  List<String> hosts = List.of();

  @Option(names = "--allow-origin", paramLabel = "URL")
  List<String> origins = List.of();

  @Override
  public Integer call() throws InterruptedException {
    Server server = start();
    tell(server);
    awaitEnd(server);
    return ExitCode.OK;
  }

  /** Begins to serve. */
  Server start() {
    HTTP_LOG.setLevel(Level.WARNING);
    START_LOG.setLevel(Level.OFF);
    files.forEach(ModelOptions::requireFile);
    Map<String, String> environment = hanok.io().environment();
    StorePaths paths = StorePaths.of(environment);
    ModelStore store = ModelStore.open(paths);
    Puller puller = Puller.of(store, Licences.open(paths, environment), environment);
    return start(config(environment), new Catalog(store, offered()), puller);
  }

  /** The files that are named, and the small model that comes with Hanok. */
  private List<Path> offered() {
    return Stream.concat(files.stream(), Shipped.file().stream()).toList();
  }

  private ServerConfig config(Map<String, String> environment) {
    HostPort where = where(environment);
    List<String> keys =
        Arrays.stream(environment.getOrDefault("HANOK_API_KEY", "").split(","))
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .toList();
    LoadOptions load =
        LoadOptions.DEFAULT
            .withOneDnn(!modelOptions.noOneDnn)
            .withBatchInvariant(modelOptions.batchInvariant);
    RunnerOptions runners =
        new RunnerOptions(
            modelOptions.threads == 0 ? load : load.withThreads(modelOptions.threads),
            parallel,
            queue,
            modelOptions.context == 0 ? RunnerOptions.DEFAULT.context() : modelOptions.context,
            modelOptions.kvType,
            KeepAlive.parse(keepAlive),
            maxModels);
    return ServerConfig.DEFAULT
        .withAddress(where.host(), where.port())
        .withApiKeys(keys)
        .withHosts(hosts)
        .withOrigins(origins)
        .withRunners(runners);
  }

  private HostPort where(Map<String, String> environment) {
    return HostPort.of(address.isEmpty() ? HostPort.ours(environment) : address);
  }

  private static Server start(ServerConfig config, Catalog catalog, Puller puller) {
    try {
      return Server.start(config, catalog, puller);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof BindException) {
        throw new Failure(ExitCode.FAILURE, "serve.taken", config.host(), config.port());
      }
      throw e;
    }
  }

  private void tell(Server server) {
    String host = where(hanok.io().environment()).host();
    String url = "http://" + new HostPort(host, server.port());
    if (hanok.json()) {
      hanok.io().out().println(Json.object().put("url", url));
      hanok.io().out().flush();
    } else {
      hanok.remark("serve.listening", url);
    }
    if (server.open()) {
      hanok.remark("serve.open");
    }
  }

  /** Until Ctrl-C or SIGTERM; answers that go on may end. */
  private static void awaitEnd(Server server) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread stop =
        new Thread(() -> {
          server.close();
          ended.countDown();
        });
    Runtime.getRuntime().addShutdownHook(stop);
    ended.await();
  }
}

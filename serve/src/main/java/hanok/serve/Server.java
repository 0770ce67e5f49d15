package hanok.serve;

import hanok.serve.http.Http;
import hanok.serve.http.Route;
import hanok.serve.http.Watchdog;
import hanok.serve.ollama.OllamaApi;
import hanok.serve.openai.OpenAiApi;
import hanok.serve.runner.Catalog;
import hanok.serve.runner.Metrics;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.store.Puller;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves models to clients of Ollama and of OpenAI, and the chat page to people. A request has a
 * virtual thread of its own; models compute on threads of theirs.
 */
public final class Server implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 16_384;

  /** Left for models, downloads and the JVM. A server that can open no more stops to listen. */
  private static final int FILES_KEPT = 512;

  private final WebServer web;
  private final Runners runners;
  private final Watchdog watchdog = new Watchdog();
  private final SlowHeads slowHeads;
  private final boolean open;

  private Server(ServerConfig config, Catalog catalog, Puller puller) {
    runners = new Runners(config.runners());
    Metrics metrics = new Metrics();
    Services services = new Services(catalog, puller, runners, metrics);
    Http http = new Http(watchdog, config.bodyLimit(), config.writeLimit());
    Guard guard = new Guard(config);
    open = guard.open();
    slowHeads = new SlowHeads(config.idleLimit());
    List<Route> routes = new ArrayList<>();
    routes.addAll(new OllamaApi(services).routes());
    routes.addAll(new OpenAiApi(services).routes());
    routes.addAll(new OwnApi(services).routes());
    Router router = new Router(routes, guard, http, metrics, OllamaApi.ERRORS, OpenAiApi.ERRORS);
    web =
        WebServer.builder()
            .host(config.host())
            .port(config.port())
            .shutdownHook(false)
            .shutdownGracePeriod(config.grace())
            .idleConnectionTimeout(config.idleLimit())
            .idleConnectionPeriod(config.idleLimit().dividedBy(10))
            .maxTcpConnections(connections(FileHandles.most()))
            .connectionOptions(options -> options.tcpNoDelay(true)) // each token at once
            .protocolsDiscoverServices(false) // one protocol: it need not wait to know which
            .addProtocol(Http1Config.builder().addReceiveListener(slowHeads).build())
            .routing(HttpRouting.builder().any(router::handle))
            .build();
  }

  /**
   * Starts to listen.
   *
   * @param catalog the models that there are
   * @param puller brings others
   * @throws UncheckedIOException with a {@link BindException}, if the address is taken
   */
  public static Server start(ServerConfig config, Catalog catalog, Puller puller) {
    Server server = new Server(config, catalog, puller);
    try {
      server.web.start();
      if (server.web.port() < 0) { // it logs why, and goes on
        String where = config.host() + ":" + config.port();
        throw new UncheckedIOException(new BindException(where + " cannot be listened on"));
      }
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static int connections(int files) {
    return Math.clamp(files - FILES_KEPT, 64, CONNECTIONS_MAX);
  }

  /** The port that it listens on. */
  public int port() {
    return web.port();
  }

  /** Whether anybody on the network may use it, without a key. */
  public boolean open() {
    return open;
  }

  /** Takes no more requests, lets answers end for as long as they may, and frees all memory. */
  @Override
  public void close() {
    web.stop();
    runners.close();
    watchdog.close();
    slowHeads.close();
  }
}

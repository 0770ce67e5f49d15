package hanok.serve;

import hanok.serve.runner.RunnerOptions;
import java.time.Duration;
import java.util.List;

/**
 * How the server listens, and to whom.
 *
 * @param host the address to listen on; a loopback address lets nobody else in
 * @param port 0 for any that is free
 * @param apiKeys one of which a request must show; none are needed if there are none
 * @param hosts names by which the server may be called, besides addresses and {@code localhost}
 * @param origins of other pages that may use it, such as {@code https://chat.example}, besides
 *     local ones
 * @param idleLimit how long a connection may stay open without a request, or with half of one's
 *     head
 * @param bodyLimit how long a client may take to send a JSON body
 * @param writeLimit how long a client may leave a write waiting
 * @param grace how long answers may go on when the server is asked to stop
 * @param runners how models are run
 */
public record ServerConfig(
    String host,
    int port,
    List<String> apiKeys,
    List<String> hosts,
    List<String> origins,
    Duration idleLimit,
    Duration bodyLimit,
    Duration writeLimit,
    Duration grace,
    RunnerOptions runners) {

  /** Ollama's address, where its clients look first. */
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          "127.0.0.1",
          11434,
          List.of(),
          List.of(),
          List.of(),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          RunnerOptions.DEFAULT);

  public ServerConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be in [0, 65535], got " + port);
    }
    apiKeys = List.copyOf(apiKeys);
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
  }

  public ServerConfig withAddress(String host, int port) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }

  public ServerConfig withApiKeys(List<String> apiKeys) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }

  public ServerConfig withHosts(List<String> hosts) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }

  public ServerConfig withOrigins(List<String> origins) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }

  public ServerConfig withLimits(
      Duration idleLimit, Duration bodyLimit, Duration writeLimit, Duration grace) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }

  public ServerConfig withRunners(RunnerOptions runners) {
    return new ServerConfig(
        host, port, apiKeys, hosts, origins, idleLimit, bodyLimit, writeLimit, grace, runners);
  }
}

package hanok.cli;

import hanok.serve.client.RemoteServer;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which running server a command asks. */
final class ServerOption {
  @Option(names = "--host", paramLabel = "ADDRESS[:PORT]")
  String address = "";

  /** Whether a server was named, here or in the environment. */
  boolean named(Map<String, String> environment) {
    return !address.isEmpty() || !variable(environment).isEmpty();
  }

  RemoteServer server(Hanok hanok) {
    Map<String, String> environment = hanok.io().environment();
    String named = address.isEmpty() ? variable(environment) : address;
    boolean tls = named.startsWith("https://");
    HostPort where = HostPort.of(named);
    // A server that listens everywhere is asked here.
    String host = where.host().equals("0.0.0.0") ? "127.0.0.1" : where.host();
    String scheme = tls ? "https://" : "http://";
    URI base = URI.create(scheme + new HostPort(host, where.port()));
    String keys = environment.getOrDefault("HANOK_API_KEY", "");
    return new RemoteServer(base, keys.split(",", 2)[0].strip());
  }

  private static String variable(Map<String, String> environment) {
    String ours = environment.getOrDefault("HANOK_HOST", "");
    return ours.isEmpty() ? environment.getOrDefault("OLLAMA_HOST", "") : ours;
  }
}

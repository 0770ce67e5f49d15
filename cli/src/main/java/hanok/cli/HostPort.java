package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import java.util.Map;

/** Where a server is: what {@code HANOK_HOST} and {@code --host} say. */
record HostPort(String host, int port) {
  private static final int PORT_DEFAULT = 11434; // Ollama's, where its clients look

  /**
   * Reads {@code host}, {@code host:port}, {@code [address]:port}, {@code :port} or {@code
   * http://host:port}.
   */
  static HostPort of(String text) {
    String rest = text.strip().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    int colon = rest.lastIndexOf(':');
    boolean bare = rest.indexOf(':') != colon && !rest.startsWith("["); // an IPv6 address
    if (colon < 0 || colon < rest.indexOf(']') || bare) {
      return new HostPort(unbracketed(rest), PORT_DEFAULT);
    }
    String host = unbracketed(rest.substring(0, colon));
    try {
      int port = Integer.parseInt(rest.substring(colon + 1));
      if (port >= 0 && port <= 65535) {
        return new HostPort(host, port);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new Failure(ExitCode.USAGE, "host.port", text);
  }

  private static String unbracketed(String host) {
    String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return plain.isEmpty() ? "127.0.0.1" : plain;
  }

  /** Where our server listens, if nothing else is said. */
  static String ours(Map<String, String> environment) {
    return environment.getOrDefault("HANOK_HOST", "127.0.0.1");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

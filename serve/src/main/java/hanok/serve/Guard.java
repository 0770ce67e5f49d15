package hanok.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.serve.api.ApiException;
import hanok.serve.http.Bodies;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whom the server lets in. It is called by an address or a name that it knows, never by one that a
 * stranger's name service made up (DNS rebinding); by pages of this machine or of origins that were
 * allowed; and, if there are keys, by whoever shows one. Without a key, nobody from another machine
 * may change what models there are.
 */
final class Guard {
  private static final Set<String> APPS =
      Set.of("app", "file", "tauri", "vscode-webview", "vscode-file");

  private final boolean exposed;
  private final List<byte[]> keys;
  private final Set<String> hosts;
  private final Set<String> origins;

  Guard(ServerConfig config) {
    exposed = !Address.ofHeader(config.host()).isLoopback();
    keys = config.apiKeys().stream().map(key -> key.getBytes(UTF_8)).toList();
    hosts = Set.copyOf(config.hosts().stream().map(h -> h.toLowerCase(Locale.ROOT)).toList());
    origins = Set.copyOf(config.origins());
  }

  /** Whether anybody on the network may ask, without a key. */
  boolean open() {
    return exposed && keys.isEmpty();
  }

  /**
   * @throws ApiException if the server is called by a name that is not its own
   */
  void checkHost(ServerRequest request) {
    Address host = Address.ofHeader(Bodies.header(request, "Host"));
    if (!host.isLoopback() && !host.isNumber() && !hosts.contains(host.name())) {
      throw ApiException.of(403, "", "this server does not answer to the name in the Host header");
    }
  }

  /**
   * The origin of the page that asks, which may use the server; empty if no page asks.
   *
   * @throws ApiException if that page may not
   */
  String checkOrigin(ServerRequest request) {
    String origin = Bodies.header(request, "Origin");
    if (origin.isEmpty() || allowed(origin, Bodies.header(request, "Host"))) {
      return origin;
    }
    throw ApiException.of(403, "", "pages of this origin may not use the server");
  }

  private boolean allowed(String origin, String host) {
    if (origins.contains(origin)) {
      return true;
    }
    try {
      URI uri = URI.create(origin);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (APPS.contains(scheme)) {
        return true;
      }
      String authority = String.valueOf(uri.getAuthority());
      boolean web = scheme.equals("http") || scheme.equals("https");
      return web && (authority.equals(host) || Address.ofHeader(authority).isLoopback());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * @throws ApiException if a key is needed and is not shown
   */
  void checkKey(ServerRequest request) {
    if (keys.isEmpty()) {
      return;
    }
    String header = Bodies.header(request, "Authorization");
    byte[] shown =
        header.regionMatches(true, 0, "Bearer ", 0, 7)
            ? header.substring(7).strip().getBytes(UTF_8)
            : Bodies.header(request, "x-api-key").getBytes(UTF_8);
    boolean known = false;
    for (byte[] key : keys) {
      known |= MessageDigest.isEqual(key, shown); // all of them, so that time tells nothing
    }
    if (!known) {
      throw ApiException.of(
          401, "invalid_api_key", "an API key is needed: Authorization: Bearer …");
    }
  }

  /**
   * @throws ApiException if anybody on the network could ask for this
   */
  void checkManages() {
    if (open()) {
      throw ApiException.of(
          403, "", "models are managed from other machines only with an API key; none is set");
    }
  }
}

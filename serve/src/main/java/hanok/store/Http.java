package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * GET, distrustfully. Redirects are followed by hand: credentials go to the origin that they belong
 * to and to no other, and never from TLS to plain text. Bodies are not decompressed, so none is
 * larger than it looks, and whoever reads one says how large it may be.
 */
final class Http {
  private static final int HOPS_MAX = 6;
  private static final int ERROR_BYTES_MAX = 4096;

  /** Nothing is lost yet when a small body fails, and somebody waits for an answer. */
  private static final int SMALL_TRIES = 4;

  private static final int ERROR_CHARS_MAX = 300;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

  private final HttpClient client;
  private final Patience patience;

  /**
   * Where to, and with what.
   *
   * @param authorization the header's value, for the origin of {@code uri} only
   */
  record Target(URI uri, String accept, @Nullable String authorization) {}

  /** An answer that another try may better. */
  static final class PassingException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient Duration retryAfter;

    PassingException(String message, Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
      return retryAfter;
    }
  }

  Http(Patience patience) {
    this.patience = patience;
    client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(
                HttpClient.Version.HTTP_1_1) // parts side by side want connections of their own
            .connectTimeout(patience.stall())
            .build();
  }

  Patience patience() {
    return patience;
  }

  /** The answer at the end of all redirects, whatever its status. The body must be closed. */
  HttpResponse<InputStream> get(Target target, @Nullable String range)
      throws IOException, InterruptedException {
    URI at = target.uri();
    for (int hop = 0; hop <= HOPS_MAX; hop++) {
      HttpResponse<InputStream> response = send(request(target, at, range));
      if (!REDIRECTS.contains(response.statusCode())) {
        refuseEncoding(response);
        return response;
      }
      response.body().close();
      at = next(at, response);
    }
    throw new IOException("%s redirects more than %d times".formatted(target.uri(), HOPS_MAX));
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException(
          "%s does not answer (%s)".formatted(request.uri().getAuthority(), why), e);
    }
  }

  private HttpRequest request(Target target, URI at, @Nullable String range) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .timeout(patience.stall())
            .header("User-Agent", "hanok/0.1.0")
            .header("Accept", target.accept())
            .header("Accept-Encoding", "identity");
    if (range != null) {
      request.header("Range", range);
    }
    String authorization = target.authorization();
    if (authorization != null && isSameOrigin(at, target.uri())) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  static boolean isSameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }

  private static URI next(URI at, HttpResponse<?> response) throws IOException {
    String location = response.headers().firstValue("Location").orElse("");
    URI next;
    try {
      next = at.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException(at.getHost() + " redirects to what is no address", e);
    }
    String scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
    boolean plain = scheme.equals("http") && at.getScheme().equals("http");
    if (location.isEmpty() || next.getHost() == null || !scheme.equals("https") && !plain) {
      throw new IOException("%s redirects to %s, which is refused".formatted(at.getHost(), next));
    }
    return next;
  }

  private static void refuseEncoding(HttpResponse<InputStream> response) throws IOException {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      response.body().close();
      throw new IOException(
          "%s sends a body in %s, which was not asked for"
              .formatted(response.uri().getHost(), Printable.of(encoding)));
    }
  }

  /** What asks for a body; again and again, if need be. */
  @FunctionalInterface
  interface Opener {
    HttpResponse<InputStream> open(@Nullable String range) throws IOException, InterruptedException;
  }

  /**
   * A small body.
   *
   * @param link the header in which pages name the next
   */
  record Page(byte[] body, String link) {}

  /** A whole small body, after as many tries as it takes. */
  byte[] small(Opener opener, int max) throws IOException, InterruptedException {
    return page(opener, max).body();
  }

  Page page(Opener opener, int max) throws IOException, InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return read(opener.open(null), max);
      } catch (IOException e) {
        if (failures >= Math.min(SMALL_TRIES, patience.tries())) {
          throw e;
        }
        patience.pause(failures, retryAfter(e));
      }
    }
  }

  static Duration retryAfter(IOException e) {
    return e instanceof PassingException passing ? passing.retryAfter() : Duration.ZERO;
  }

  private Page read(HttpResponse<InputStream> response, int max) throws IOException {
    try (InputStream in = response.body()) {
      closeLater(in);
      refuse(response, 200);
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IntegrityException(
            "%s sends more than %d bytes, which is too large".formatted(response.uri(), max));
      }
      return new Page(bytes, response.headers().firstValue("Link").orElse(""));
    }
  }

  /** So that a small body which trickles for ever ends. */
  private void closeLater(InputStream in) {
    CompletableFuture.delayedExecutor(2 * patience.stall().toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> {
          try {
            in.close();
          } catch (IOException e) {
            return; // it was closed already
          }
        });
  }

  /**
   * Passes if the status is {@code expected}.
   *
   * @throws PassingException if another try may help
   * @throws RegistryException if not
   */
  static void refuse(HttpResponse<InputStream> response, int... expected) throws IOException {
    int status = response.statusCode();
    for (int good : expected) {
      if (status == good) {
        return;
      }
    }
    String host = response.uri().getHost();
    if (PASSING.contains(status)) {
      response.body().close();
      long seconds = response.headers().firstValue("Retry-After").map(Http::seconds).orElse(0L);
      throw new PassingException(
          "%s answers %d".formatted(host, status), Duration.ofSeconds(seconds));
    }
    throw new RegistryException(
        status, "%s answers %d%s".formatted(host, status, reason(response)));
  }

  private static long seconds(String text) {
    try {
      return Math.clamp(Long.parseLong(text.strip()), 0, 3600);
    } catch (NumberFormatException e) {
      return 0; // a date, which is rare, and no reason to wait
    }
  }

  private static String reason(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      String text = new String(in.readNBytes(ERROR_BYTES_MAX), UTF_8);
      String line = Printable.of(text.replaceAll("\\s+", " ").strip(), ERROR_CHARS_MAX);
      return line.isEmpty() ? "" : ": " + line;
    }
  }
}

package hanok.serve;

import hanok.gguf.MalformedModelException;
import hanok.serve.api.ApiException;
import hanok.serve.api.ErrorForm;
import hanok.serve.http.ClientGoneException;
import hanok.serve.http.Exchange;
import hanok.serve.http.Http;
import hanok.serve.http.Route;
import hanok.serve.runner.Metrics;
import hanok.store.IntegrityException;
import hanok.store.NoSuchModelException;
import hanok.store.RegistryException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URLDecoder;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Leads each request to its endpoint, past the {@link Guard}, and turns failures into answers. */
final class Router {
  private static final System.Logger LOG = System.getLogger("hanok.serve");

  /** Paths that need no key: they tell nothing, and programs look here for a server. */
  private static final List<String> PUBLIC = List.of("/", "/health", "/page/");

  private final List<Route> routes;
  private final Guard guard;
  private final Http http;
  private final Metrics metrics;
  private final ErrorForm ollama;
  private final ErrorForm openAi;

  Router(
      List<Route> routes,
      Guard guard,
      Http http,
      Metrics metrics,
      ErrorForm ollama,
      ErrorForm openAi) {
    this.routes = List.copyOf(routes);
    this.guard = guard;
    this.http = http;
    this.metrics = metrics;
    this.ollama = ollama;
    this.openAi = openAi;
  }

  void handle(ServerRequest request, ServerResponse response) {
    String path = request.path().rawPath();
    ErrorForm errors = path.startsWith("/v1/") ? openAi : ollama;
    // Whoever only looks, perhaps at the metrics, makes no work.
    boolean work = request.prologue().method().text().equals("POST");
    if (work) {
      metrics.begin();
    }
    Exchange exchange = new Exchange(request, response, http, errors, "");
    try {
      guard.checkHost(request);
      allowOrigin(guard.checkOrigin(request), response);
      String method = request.prologue().method().text();
      if (method.equals("OPTIONS")) {
        preflight(response);
        return;
      }
      Route route = find(method, path);
      if (!PUBLIC.contains(route.path())) {
        guard.checkKey(request);
      }
      if (route.manages()) {
        guard.checkManages();
      }
      exchange = new Exchange(request, response, http, errors, decode(route.argument(path)));
      route.endpoint().handle(exchange);
      closeIfAsked(exchange);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (ClientGoneException e) {
      metrics.clientLeft();
      throw new CloseConnectionException("the client is gone", e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      fail(exchange, e);
    } finally {
      if (work) {
        metrics.end();
      }
    }
  }

  /** Helidon answers that it will, and does not. */
  private static void closeIfAsked(Exchange exchange) {
    if (exchange.requestHeader("Connection").equalsIgnoreCase("close")) {
      throw new CloseConnectionException("the client has asked for it");
    }
  }

  private Route find(String method, String path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    TreeSet<String> methods = new TreeSet<>();
    for (Route route : routes) {
      if (route.matches(path)) {
        if (route.method().equals(wanted) || route.method().equals(method)) {
          return route;
        }
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      throw ApiException.notFound("there is nothing at this path");
    }
    throw ApiException.of(405, "", "this path takes " + String.join(", ", methods));
  }

  private static String decode(String argument) {
    try {
      return URLDecoder.decode(argument.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("the path is not well encoded");
    }
  }

  private static void allowOrigin(String origin, ServerResponse response) {
    if (!origin.isEmpty()) {
      response.header("Access-Control-Allow-Origin", origin);
      response.header("Vary", "Origin");
    }
  }

  private static void preflight(ServerResponse response) {
    response.header("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE, OPTIONS");
    response.header(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, User-Agent, Accept, X-Requested-With, x-api-key,"
            + " OpenAI-Beta, x-stainless-arch, x-stainless-async, x-stainless-custom-poll-interval,"
            + " x-stainless-helper-method, x-stainless-lang, x-stainless-os,"
            + " x-stainless-package-version, x-stainless-poll-helper, x-stainless-retry-count,"
            + " x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout");
    response.header("Access-Control-Max-Age", "43200");
    response.status(204);
    response.send();
  }

  private void fail(Exchange exchange, Throwable failure) {
    ApiException error = asApiException(failure);
    if (error.status() == 503) {
      metrics.refused();
    }
    if (error.status() == 500) {
      LOG.log(System.Logger.Level.ERROR, error.sentence(), failure);
    }
    try {
      exchange.fail(error);
    } catch (ClientGoneException e) {
      metrics.clientLeft();
    }
  }

  /** What a client may know of a failure: nothing of paths. */
  private static ApiException asApiException(Throwable failure) {
    return switch (failure) {
      case ApiException e -> e;
      case IllegalArgumentException e -> ApiException.badRequest(String.valueOf(e.getMessage()));
      case NoSuchModelException e ->
          ApiException.of(404, "model_not_found", String.valueOf(e.getMessage()));
      case IntegrityException e -> ApiException.of(500, "", String.valueOf(e.getMessage()));
      case RegistryException e -> ApiException.of(502, "", String.valueOf(e.getMessage()));
      case UncheckedIOException e when isNetwork(e.getCause()) ->
          ApiException.of(502, "", "the registry cannot be reached");
      case MalformedModelException e ->
          ApiException.of(500, "", "the model cannot be used: " + e.reason());
      case UncheckedIOException _ ->
          ApiException.of(500, "", "the server could not read or write a file");
      case OutOfMemoryError _ -> ApiException.of(500, "", "the server has not enough memory");
      default -> ApiException.of(500, "", "the server made a mistake; its log says more");
    };
  }

  private static boolean isNetwork(@Nullable Throwable failure) {
    return failure instanceof SocketException
        || failure instanceof HttpTimeoutException
        || failure instanceof SSLException;
  }
}

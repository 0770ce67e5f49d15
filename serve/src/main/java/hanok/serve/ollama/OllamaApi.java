package hanok.serve.ollama;

import hanok.serve.api.ApiException;
import hanok.serve.api.ErrorForm;
import hanok.serve.http.Exchange;
import hanok.serve.http.Route;
import hanok.serve.runner.Services;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ollama's interface, as its clients know it.
 *
 * @see <a href="https://docs.ollama.com/api">Ollama's documentation</a>
 */
public final class OllamaApi {
  /** The version of Ollama whose interface this is: clients compare it. */
  public static final String VERSION = "0.32.0";

  public static final ErrorForm ERRORS =
      error ->
          JsonMapper.shared()
              .createObjectNode()
              .put("error", error.sentence())
              .setAll(error.more());

  private final Services services;

  public OllamaApi(Services services) {
    this.services = services;
  }

  public List<Route> routes() {
    Chat chat = new Chat(services);
    Generate generate = new Generate(services);
    Embed embed = new Embed(services);
    Models models = new Models(services);
    Blobs blobs = new Blobs(services);
    Transfers transfers = new Transfers(services);
    return List.of(
        Route.get("/api/version", exchange -> exchange.json(version())),
        Route.get("/api/tags", models::tags),
        Route.get("/api/ps", models::ps),
        Route.post("/api/show", models::show),
        Route.post("/api/chat", chat::answer),
        Route.post("/api/generate", generate::answer),
        Route.post("/api/embed", embed::embed),
        Route.post("/api/embeddings", embed::embedOne),
        Route.manage("POST", "/api/copy", models::copy),
        Route.manage("DELETE", "/api/delete", models::delete),
        Route.manage("POST", "/api/pull", transfers::pull),
        Route.manage("POST", "/api/create", transfers::create),
        Route.post("/api/push", OllamaApi::push),
        Route.get("/api/blobs/", blobs::has),
        Route.manage("POST", "/api/blobs/", blobs::put));
  }

  /** Models come here and stay here: what a client asks for is said, and not that it is lost. */
  private static void push(Exchange exchange) {
    throw ApiException.badRequest("this server does not push models to a registry");
  }

  private static ObjectNode version() {
    return JsonMapper.shared().createObjectNode().put("version", VERSION);
  }
}

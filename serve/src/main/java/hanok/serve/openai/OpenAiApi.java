package hanok.serve.openai;

import hanok.serve.api.ApiException;
import hanok.serve.api.ErrorForm;
import hanok.serve.http.Exchange;
import hanok.serve.http.Route;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Services;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's interface, as its clients know it.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference">OpenAI's reference</a>
 */
public final class OpenAiApi {
  public static final ErrorForm ERRORS = OpenAiApi::error;

  private final Services services;

  public OpenAiApi(Services services) {
    this.services = services;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v1/models", this::models),
        Route.get("/v1/models/", this::model),
        Route.post("/v1/chat/completions", new ChatCompletions(services)::answer),
        Route.post("/v1/completions", new Completions(services)::answer),
        Route.post("/v1/embeddings", new Embeddings(services)::embed),
        Route.post("/v1/responses", new Responses(services)::answer));
  }

  private static ObjectNode error(ApiException error) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    ObjectNode node = body.putObject("error").put("message", error.sentence());
    node.put("type", type(error.status())).putNull("param");
    if (error.code().isEmpty()) {
      node.putNull("code");
    } else {
      node.put("code", error.code());
    }
    return body;
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }

  private void models(Exchange exchange) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    services.catalog().list().forEach(entry -> data.add(json(entry, entry.name())));
    exchange.json(body);
  }

  private void model(Exchange exchange) {
    Entry entry = services.catalog().find(exchange.argument());
    exchange.json(json(entry, exchange.argument()));
  }

  private static ObjectNode json(Entry entry, String id) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", entry.modifiedAt().getEpochSecond())
        .put("owned_by", "library");
  }
}

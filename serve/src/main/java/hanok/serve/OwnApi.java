package hanok.serve;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.http.Route;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.serve.runner.Tools;
import hanok.serve.runner.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What neither Ollama nor OpenAI has: whether the server is well, what it has done, and what its
 * models make of text. The paths are those of llama.cpp's server.
 */
final class OwnApi {
  private static final int IDS_MAX = 1 << 20;

  private final Services services;
  private final Page page = new Page();

  OwnApi(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/", this::root),
        Route.get("/page/", exchange -> page.send(exchange, "/page/" + exchange.argument())),
        Route.get("/health", this::health),
        Route.get("/metrics", this::metrics),
        Route.post("/tokenize", exchange -> with(exchange, OwnApi::tokenize)),
        Route.post("/detokenize", exchange -> with(exchange, OwnApi::detokenize)),
        Route.post("/apply-template", exchange -> with(exchange, OwnApi::applyTemplate)));
  }

  /** People get the page; programs, which look for this sentence, get it. */
  private void root(Exchange exchange) {
    if (exchange.accepts("text/html")) {
      page.send(exchange, "/");
    } else {
      exchange.text("text/plain; charset=utf-8", "Ollama is running");
    }
  }

  private void health(Exchange exchange) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    if (services.runners().loading()) {
      body.putObject("error").put("code", 503).put("message", "Loading model");
      exchange.send(
          503, "application/json; charset=utf-8", body.toString().getBytes(StandardCharsets.UTF_8));
      return;
    }
    exchange.json(body.put("status", "ok"));
  }

  private void metrics(Exchange exchange) {
    Runners runners = services.runners();
    String text = services.metrics().text(runners.waiting(), runners.loaded().size());
    exchange.text("text/plain; version=0.0.4; charset=utf-8", text);
  }

  /** Does something with a model: the one that is named, or the one that is in memory. */
  private void with(Exchange exchange, BiFunction<Runner, Fields, ObjectNode> work) {
    Fields fields = exchange.fields();
    Reply reply = exchange.reply(Reply.Form.JSON);
    Optional<String> name = fields.string("model");
    if (name.isEmpty() && services.runners().loaded().size() != 1) {
      throw ApiException.badRequest("model is required: not exactly one is in memory");
    }
    Entry entry =
        services
            .catalog()
            .find(
                name.orElseGet(
                    () -> services.runners().loaded().getFirst().runner().servable().name()));
    try (Runners.Lease lease =
        AnswerStream.lease(reply, services.runners(), entry.servable(), null)) {
      reply.send(work.apply(lease.runner(), fields));
    }
    reply.end();
  }

  private static ObjectNode tokenize(Runner runner, Fields fields) {
    boolean special = fields.bool("parse_special", true);
    boolean bos = fields.bool("add_special", false);
    String content = fields.string("content").orElse("");
    ObjectNode body = JsonMapper.shared().createObjectNode();
    ArrayNode tokens = body.putArray("tokens");
    boolean pieces = fields.bool("with_pieces", false);
    for (int id : Conversation.tokens(runner, content, special, bos)) {
      if (pieces) {
        tokens.addObject().put("id", id).put("piece", runner.model().tokenizer().text(id));
      } else {
        tokens.add(id);
      }
    }
    return body;
  }

  private static ObjectNode detokenize(Runner runner, Fields fields) {
    List<JsonNode> tokens = fields.list("tokens", IDS_MAX);
    int vocab = runner.model().config().vocab();
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = tokens.get(i);
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocab) {
        throw fields.wrong("tokens", "a list of ids below " + vocab, id);
      }
      ids[i] = id.intValue();
    }
    String content = runner.model().tokenizer().decode(ids);
    return JsonMapper.shared().createObjectNode().put("content", content);
  }

  private static ObjectNode applyTemplate(Runner runner, Fields fields) {
    Map<String, Turn.Speaker> speakers =
        Map.of(
            "system", Turn.Speaker.SYSTEM,
            "developer", Turn.Speaker.SYSTEM,
            "user", Turn.Speaker.USER,
            "assistant", Turn.Speaker.ASSISTANT,
            "tool", Turn.Speaker.TOOL);
    List<Turn> turns = new ArrayList<>();
    for (JsonNode element : fields.list("messages", 1024)) {
      Fields message = Fields.of(element, "messages");
      String role = message.required("role").toLowerCase(Locale.ROOT);
      Turn.Speaker speaker = speakers.get(role);
      if (speaker == null) {
        throw ApiException.badRequest("messages.role is not known");
      }
      turns.add(Turn.of(speaker, message.string("content").orElse("")));
    }
    String instructions = Tools.of(fields).instructions();
    String prompt = new Conversation(runner, turns, instructions).text();
    return JsonMapper.shared().createObjectNode().put("prompt", prompt);
  }
}

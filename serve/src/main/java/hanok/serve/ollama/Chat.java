package hanok.serve.ollama;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Ask;
import hanok.serve.runner.CallFilter;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Form;
import hanok.serve.runner.KeepAlive;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.serve.runner.Tools;
import hanok.serve.runner.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/chat}. */
final class Chat {
  private final Services services;

  Chat(Services services) {
    this.services = services;
  }

  /** What is asked, without the model. */
  private record Request(
      String model,
      List<Turn> turns,
      Form form,
      Tools tools,
      Fields options,
      boolean stream,
      boolean truncate,
      int topLogprobs) {}

  void answer(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = Requests.model(fields);
    Requests.checkThinking(fields, model);
    Tools tools = Tools.of(fields);
    Request request =
        new Request(
            model,
            Requests.turns(fields, model),
            Form.of(tools, Requests.form(fields)),
            tools,
            fields.object("options"),
            fields.bool("stream", true),
            fields.bool("truncate", false),
            Requests.topLogprobs(fields));
    Duration keepAlive = KeepAlive.of(fields);
    Entry entry = services.catalog().find(model);
    Reply reply = exchange.reply(request.stream ? Reply.Form.NDJSON : Reply.Form.JSON);
    Chunks chunks = new Chunks(model, exchange.start());
    if (request.turns.isEmpty()) {
      reply.send(withMessage(loadOnly(reply, entry, keepAlive, chunks, services), "", null));
    } else {
      try (Runners.Lease lease =
          AnswerStream.lease(reply, services.runners(), entry.servable(), keepAlive)) {
        answer(reply, lease, request, chunks);
      }
    }
    reply.end();
  }

  /** A request without anything to answer loads the model, or unloads it. */
  static ObjectNode loadOnly(
      Reply reply, Entry entry, @Nullable Duration keepAlive, Chunks chunks, Services services) {
    if (keepAlive != null && keepAlive.isZero()) {
      services.runners().unload(entry.digest());
      return chunks.without("unload");
    }
    AnswerStream.lease(reply, services.runners(), entry.servable(), keepAlive).close();
    return chunks.without("load");
  }

  private void answer(Reply reply, Runners.Lease lease, Request request, Chunks chunks) {
    Runner runner = lease.runner();
    RunOptions options = RunOptions.of(runner).with(request.options);
    Conversation conversation =
        new Conversation(runner, request.turns, request.tools.instructions());
    Conversation.Rendered prompt = conversation.render(options.context(), request.truncate);
    Ask ask = new Ask(prompt.ids(), options, request.form, request.topLogprobs);
    CallFilter filter = new CallFilter(!request.tools.isEmpty());
    StringBuilder text = new StringBuilder();
    List<TokenChoice> tokens = new ArrayList<>();
    Generation.Result result =
        AnswerStream.run(
            reply,
            runner,
            ask.request(runner),
            services.metrics(),
            (piece, choices) -> {
              String certain = filter.add(piece);
              if (!request.stream) {
                text.append(certain);
                tokens.addAll(choices);
              } else if (!certain.isEmpty() || !choices.isEmpty()) {
                ObjectNode chunk = withMessage(chunks.piece(false), certain, null);
                Chunks.putLogprobs(chunk, runner, choices);
                reply.send(chunk);
              }
            });
    Optional<JsonNode> call = filter.call();
    String rest = text + filter.rest();
    if (request.stream && (call.isPresent() || !rest.isEmpty())) {
      reply.send(withMessage(chunks.piece(false), rest, call.orElse(null)));
    }
    ObjectNode last =
        request.stream
            ? withMessage(chunks.piece(true), "", null)
            : withMessage(chunks.piece(true), rest, call.orElse(null));
    Chunks.putLogprobs(last, runner, tokens);
    chunks.putTotals(last, result, lease.loadTime(), prompt);
    reply.send(last);
  }

  /** Clients wait for a message in every piece, the last one too. */
  private static ObjectNode withMessage(ObjectNode chunk, String content, @Nullable JsonNode call) {
    ObjectNode message = chunk.putObject("message").put("role", "assistant");
    message.put("content", content);
    if (call != null) {
      ObjectNode function = message.putArray("tool_calls").addObject().putObject("function");
      function.put("name", call.path("name").asString(""));
      function.set("arguments", call.path("arguments"));
    }
    return chunk;
  }
}

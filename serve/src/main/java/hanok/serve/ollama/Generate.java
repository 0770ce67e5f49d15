package hanok.serve.ollama;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Ask;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Entry;
import hanok.serve.runner.KeepAlive;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.serve.runner.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/generate}: one question, or a text to go on with. */
final class Generate {
  private static final int CONTEXT_IDS_MAX = 1 << 20;

  private final Services services;

  Generate(Services services) {
    this.services = services;
  }

  void answer(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = Requests.model(fields);
    Requests.checkThinking(fields, model);
    Requests.checkImages(fields, model);
    if (!fields.string("suffix").orElse("").isEmpty()) {
      throw ApiException.badRequest("\"%s\" does not support insert".formatted(model));
    }
    Duration keepAlive = KeepAlive.of(fields);
    boolean stream = fields.bool("stream", true);
    Entry entry = services.catalog().find(model);
    Reply reply = exchange.reply(stream ? Reply.Form.NDJSON : Reply.Form.JSON);
    Chunks chunks = new Chunks(model, exchange.start());
    if (fields.string("prompt").orElse("").isEmpty()) {
      reply.send(Chat.loadOnly(reply, entry, keepAlive, chunks, services).put("response", ""));
    } else {
      try (Runners.Lease lease =
          AnswerStream.lease(reply, services.runners(), entry.servable(), keepAlive)) {
        answer(reply, lease, fields, stream, chunks);
      }
    }
    reply.end();
  }

  private void answer(
      Reply reply, Runners.Lease lease, Fields fields, boolean stream, Chunks chunks) {
    Runner runner = lease.runner();
    RunOptions options = RunOptions.of(runner).with(fields.object("options"));
    Conversation.Rendered prompt = prompt(runner, fields, options);
    int top = Requests.topLogprobs(fields);
    boolean raw = fields.bool("raw", false);
    // Only context needs the ids of the answer.
    Ask ask = new Ask(prompt.ids(), options, Requests.form(fields), raw ? top : Math.max(0, top));
    StringBuilder text = new StringBuilder();
    List<TokenChoice> tokens = new ArrayList<>();
    Generation.Result result =
        AnswerStream.run(
            reply,
            runner,
            ask.request(runner),
            services.metrics(),
            (piece, choices) -> {
              tokens.addAll(choices);
              List<TokenChoice> told = top < 0 ? List.of() : choices;
              if (!stream) {
                text.append(piece);
              } else if (!piece.isEmpty() || !told.isEmpty()) {
                ObjectNode chunk = chunks.piece(false).put("response", piece);
                Chunks.putLogprobs(chunk, runner, told);
                reply.send(chunk);
              }
            });
    ObjectNode last = chunks.piece(true).put("response", text.toString());
    if (!stream && top >= 0) {
      Chunks.putLogprobs(last, runner, tokens);
    }
    if (!raw) {
      putContext(last, prompt.ids(), tokens);
    }
    chunks.putTotals(last, result, lease.loadTime(), prompt);
    reply.send(last);
  }

  /** The ids of prompt and answer, with which a client can go on. */
  private static void putContext(ObjectNode last, int[] prompt, List<TokenChoice> tokens) {
    ArrayNode context = last.putArray("context");
    for (int id : prompt) {
      context.add(id);
    }
    tokens.forEach(token -> context.add(token.id()));
  }

  private static Conversation.Rendered prompt(Runner runner, Fields fields, RunOptions options) {
    String text = fields.required("prompt");
    if (fields.bool("raw", false)) {
      int[] ids = Conversation.raw(runner, text, true);
      return Conversation.Rendered.of(ids);
    }
    List<Turn> turns = new ArrayList<>();
    fields.string("system").ifPresent(s -> turns.add(Turn.of(Turn.Speaker.SYSTEM, s)));
    turns.add(Turn.of(Turn.Speaker.USER, text));
    String form = fields.string("template").orElse("");
    Conversation conversation =
        form.isEmpty()
            ? new Conversation(runner, turns, "")
            : Conversation.inForm(runner, turns, form);
    Conversation.Rendered rendered =
        conversation.render(options.context(), fields.bool("truncate", false));
    int[] before = context(runner, fields);
    int[] ids = new int[before.length + rendered.ids().length];
    System.arraycopy(before, 0, ids, 0, before.length);
    System.arraycopy(rendered.ids(), 0, ids, before.length, rendered.ids().length);
    return new Conversation.Rendered(ids, rendered.droppedTurns(), rendered.droppedTokens());
  }

  private static int[] context(Runner runner, Fields fields) {
    List<JsonNode> context = fields.list("context", CONTEXT_IDS_MAX);
    int vocab = runner.model().config().vocab();
    int[] ids = new int[context.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = context.get(i);
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocab) {
        throw fields.wrong("context", "a list of ids below " + vocab, id);
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}

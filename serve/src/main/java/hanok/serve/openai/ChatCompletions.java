package hanok.serve.openai;

import hanok.engine.Generation;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Ask;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Form;
import hanok.serve.runner.Job;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.serve.runner.Tools;
import hanok.serve.runner.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/chat/completions}. */
final class ChatCompletions {
  private final Services services;

  ChatCompletions(Services services) {
    this.services = services;
  }

  /** What all pieces of an answer repeat. */
  private record Head(String id, long created, String model) {
    ObjectNode json(String object) {
      return JsonMapper.shared()
          .createObjectNode()
          .put("id", id)
          .put("object", object)
          .put("created", created)
          .put("model", model)
          .put("system_fingerprint", "hanok");
    }

    ObjectNode chunk(ObjectNode choice) {
      ObjectNode chunk = json("chat.completion.chunk");
      chunk.putArray("choices").add(choice);
      return chunk;
    }
  }

  void answer(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = fields.required("model");
    List<Turn> turns = Requests.turns(fields);
    Tools tools = Requests.tools(fields);
    Form form = Form.of(tools, Requests.form(fields));
    boolean stream = fields.bool("stream", false);
    int top = fields.integer("top_logprobs", 0, 0, Requests.TOP_LOGPROBS_MAX);
    int topLogprobs = fields.bool("logprobs", false) ? top : -1;
    Entry entry = services.catalog().find(model);
    Reply reply = exchange.reply(stream ? Reply.Form.SSE : Reply.Form.JSON);
    Head head = new Head("chatcmpl-" + UUID.randomUUID(), System.currentTimeMillis() / 1000, model);
    try (Runners.Lease lease =
        AnswerStream.lease(reply, services.runners(), entry.servable(), null)) {
      Runner runner = lease.runner();
      RunOptions options = Requests.options(runner, fields, "max_tokens", "max_completion_tokens");
      int[] prompt =
          new Conversation(runner, turns, tools.instructions())
              .render(options.context(), fields.bool("truncate", false))
              .ids();
      Ask ask = new Ask(prompt, options, form, topLogprobs);
      int n = fields.integer("n", 1, 1, Requests.CHOICES_MAX);
      if (stream) {
        boolean usage = fields.object("stream_options").bool("include_usage", false);
        stream(reply, runner, ask, n, head, !tools.isEmpty(), usage);
      } else {
        whole(reply, runner, ask, n, head, !tools.isEmpty());
      }
    }
    reply.end();
  }

  private void whole(Reply reply, Runner runner, Ask ask, int n, Head head, boolean tools) {
    ObjectNode body = head.json("chat.completion");
    ArrayNode choices = body.putArray("choices");
    List<Generation.Result> results = new ArrayList<>();
    try (Jobs jobs = Jobs.submit(runner, ask, n)) {
      for (Job job : jobs.list()) {
        Choice choice = new Choice(runner, results.size(), tools, ask.topLogprobs() >= 0);
        Generation.Result result =
            AnswerStream.drain(reply, job, services.metrics(), choice::collect);
        results.add(result);
        choices.add(choice.whole(result));
      }
    }
    body.set("usage", Totals.usage(results, 1));
    body.set("timings", Totals.timings(results.getLast()));
    reply.send(body);
  }

  private void stream(
      Reply reply, Runner runner, Ask ask, int n, Head head, boolean tools, boolean usage) {
    List<Generation.Result> results = new ArrayList<>();
    try (Jobs jobs = Jobs.submit(runner, ask, n)) {
      for (Job job : jobs.list()) {
        Choice choice = new Choice(runner, results.size(), tools, ask.topLogprobs() >= 0);
        reply.send(head.chunk(choice.opening()));
        Generation.Result result =
            AnswerStream.drain(
                reply,
                job,
                services.metrics(),
                (text, tokens) ->
                    choice.piece(text, tokens).ifPresent(piece -> reply.send(head.chunk(piece))));
        results.add(result);
        choice.rest().ifPresent(piece -> reply.send(head.chunk(piece)));
        ObjectNode last = head.chunk(choice.closing(result));
        last.set("timings", Totals.timings(result));
        reply.send(last);
      }
    }
    if (usage) {
      ObjectNode last = head.json("chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", Totals.usage(results, 1));
      reply.send(last);
    }
    reply.sendDone();
  }
}

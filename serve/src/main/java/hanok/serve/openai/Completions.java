package hanok.serve.openai;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Ask;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Form;
import hanok.serve.runner.Job;
import hanok.serve.runner.Reading;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/completions}: goes on with texts as they are, without a template; with {@code echo}
 * and {@code logprobs} it scores them, as evaluation harnesses want.
 */
final class Completions {
  /** OpenAI's, if the request does not say. */
  private static final int MAX_TOKENS = 16;

  private static final int LOGPROBS_MAX = 20;

  private final Services services;

  Completions(Services services) {
    this.services = services;
  }

  /**
   * What is asked, with what all pieces of the answer repeat.
   *
   * @param logprobs likely tokens to name; -1 for no probabilities
   */
  private record Request(
      String id,
      long created,
      String model,
      boolean stream,
      boolean usage,
      boolean echo,
      int logprobs,
      int n) {
    ObjectNode json() {
      return JsonMapper.shared()
          .createObjectNode()
          .put("id", id)
          .put("object", "text_completion")
          .put("created", created)
          .put("model", model)
          .put("system_fingerprint", "hanok");
    }
  }

  void answer(Exchange exchange) {
    Fields fields = exchange.fields();
    Request request = request(fields);
    Entry entry = services.catalog().find(request.model);
    Reply reply = exchange.reply(request.stream ? Reply.Form.SSE : Reply.Form.JSON);
    try (Runners.Lease lease =
        AnswerStream.lease(reply, services.runners(), entry.servable(), null)) {
      Runner runner = lease.runner();
      List<int[]> prompts = Prompts.of(fields, runner);
      RunOptions options = Requests.options(runner, fields, "max_tokens");
      if (!fields.has("max_tokens")) {
        options = options.withMaxTokens(MAX_TOKENS);
      }
      answer(reply, runner, request, prompts, options);
    }
    reply.end();
  }

  private static Request request(Fields fields) {
    if (!fields.string("suffix").orElse("").isEmpty()) {
      throw ApiException.badRequest("suffix is not supported: the model cannot fill in the middle");
    }
    int n = fields.integer("n", 1, 1, Requests.CHOICES_MAX);
    if (fields.integer("best_of", n, 1, Requests.CHOICES_MAX) != n) {
      throw ApiException.badRequest("best_of other than n is not supported");
    }
    return new Request(
        "cmpl-" + UUID.randomUUID(),
        System.currentTimeMillis() / 1000,
        fields.required("model"),
        fields.bool("stream", false),
        fields.object("stream_options").bool("include_usage", false),
        fields.bool("echo", false),
        fields.integer("logprobs", -1, 0, LOGPROBS_MAX),
        n);
  }

  private void answer(
      Reply reply, Runner runner, Request request, List<int[]> prompts, RunOptions options) {
    List<Ask> asks = new ArrayList<>();
    for (int[] prompt : prompts) {
      Ask ask = new Ask(prompt, options, Form.TEXT, request.logprobs);
      for (int i = 0; i < request.n; i++) {
        asks.add(Jobs.withSeed(ask, i));
      }
    }
    List<Generation.Result> results = new ArrayList<>();
    ArrayNode choices = JsonMapper.shared().createArrayNode();
    try (Jobs jobs = Jobs.submitAll(runner, asks)) {
      for (Job job : jobs.list()) {
        Completion completion = new Completion(runner, results.size(), request.logprobs >= 0);
        if (request.echo) {
          echo(reply, runner, request, asks.get(results.size()).prompt(), completion);
        }
        Generation.Result result =
            AnswerStream.drain(
                reply,
                job,
                services.metrics(),
                (text, tokens) -> piece(reply, request, completion, text, tokens));
        results.add(result);
        ObjectNode last = completion.choice(Totals.finishReason(result));
        if (request.stream) {
          reply.send(chunk(request, last));
        } else {
          choices.add(last);
        }
      }
    }
    ObjectNode usage = Totals.usage(results, prompts.size());
    finish(reply, request, choices, usage, results);
  }

  private static void finish(
      Reply reply,
      Request request,
      ArrayNode choices,
      ObjectNode usage,
      List<Generation.Result> results) {
    if (!request.stream) {
      ObjectNode body = request.json();
      body.set("choices", choices);
      body.set("usage", usage);
      body.set("timings", Totals.timings(results.getLast()));
      reply.send(body);
      return;
    }
    if (request.usage) {
      ObjectNode last = request.json();
      last.putArray("choices");
      last.set("usage", usage);
      reply.send(last);
    }
    reply.sendDone();
  }

  private static ObjectNode chunk(Request request, ObjectNode choice) {
    ObjectNode chunk = request.json();
    chunk.putArray("choices").add(choice);
    return chunk;
  }

  private static void piece(
      Reply reply, Request request, Completion completion, String text, List<TokenChoice> tokens) {
    completion.add(text, tokens);
    if (request.stream) {
      reply.send(chunk(request, completion.choice(null)));
      completion.sent();
    }
  }

  /** The prompt as the beginning of the answer, with its probabilities if they are asked for. */
  private static void echo(
      Reply reply, Runner runner, Request request, int[] prompt, Completion completion) {
    List<TokenChoice> scores =
        request.logprobs < 0
            ? List.of()
            : AnswerStream.compute(
                reply, gone -> Reading.score(runner, prompt, request.logprobs, gone));
    completion.echo(prompt, scores);
    if (request.stream) {
      reply.send(chunk(request, completion.choice(null)));
      completion.sent();
    }
  }
}

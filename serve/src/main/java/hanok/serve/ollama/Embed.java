package hanok.serve.ollama;

import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Entry;
import hanok.serve.runner.KeepAlive;
import hanok.serve.runner.Reading;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/embed}, and the older {@code /api/embeddings}. */
final class Embed {
  private static final int TEXTS_MAX = 2048;

  private final Services services;

  Embed(Services services) {
    this.services = services;
  }

  void embed(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = Requests.model(fields);
    JsonNode input = fields.find("input");
    if (input != null && !input.isString() && !input.isArray()) {
      throw fields.wrong("input", "a string or a list of strings", input);
    }
    List<String> texts = fields.strings("input", TEXTS_MAX);
    if (texts.size() == 1 && texts.getFirst().isEmpty()) {
      texts = List.of();
    }
    Reply reply = exchange.reply(Reply.Form.JSON);
    try (Runners.Lease lease = lease(reply, fields, model)) {
      Reading.Vectors result = run(reply, lease, fields, texts);
      ObjectNode body = JsonMapper.shared().createObjectNode().put("model", model);
      ArrayNode vectors = body.putArray("embeddings");
      result.vectors().forEach(vector -> vectors.add(list(vector)));
      body.put("total_duration", System.nanoTime() - exchange.start());
      body.put("load_duration", lease.loadTime().toNanos());
      body.put("prompt_eval_count", result.tokens());
      reply.send(body);
    }
    reply.end();
  }

  void embedOne(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = Requests.model(fields);
    String prompt = fields.string("prompt").orElse("");
    List<String> texts = prompt.isEmpty() ? List.of() : List.of(prompt);
    Reply reply = exchange.reply(Reply.Form.JSON);
    try (Runners.Lease lease = lease(reply, fields, model)) {
      List<float[]> vectors = run(reply, lease, fields, texts).vectors();
      ObjectNode body = JsonMapper.shared().createObjectNode();
      body.set("embedding", list(vectors.isEmpty() ? new float[0] : vectors.getFirst()));
      reply.send(body);
    }
    reply.end();
  }

  private Runners.Lease lease(Reply reply, Fields fields, String model) {
    Entry entry = services.catalog().find(model);
    return AnswerStream.lease(reply, services.runners(), entry.servable(), KeepAlive.of(fields));
  }

  private static Reading.Vectors run(
      Reply reply, Runners.Lease lease, Fields fields, List<String> texts) {
    int dimensions = fields.integer("dimensions", 0, 0, Integer.MAX_VALUE);
    boolean truncate = fields.bool("truncate", true);
    return AnswerStream.compute(
        reply, gone -> Reading.embed(lease.runner(), texts, dimensions, truncate, gone));
  }

  private static ArrayNode list(float[] vector) {
    ArrayNode list = JsonMapper.shared().createArrayNode();
    for (float value : vector) {
      list.add(value);
    }
    return list;
  }
}

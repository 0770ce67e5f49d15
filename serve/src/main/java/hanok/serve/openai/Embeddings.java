package hanok.serve.openai;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Reading;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/embeddings}. */
final class Embeddings {
  private static final int TEXTS_MAX = 2048;

  private final Services services;

  Embeddings(Services services) {
    this.services = services;
  }

  void embed(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = fields.required("model");
    List<String> texts = fields.strings("input", TEXTS_MAX);
    if (texts.isEmpty()) {
      throw ApiException.badRequest("input is required: a text, or a list of texts");
    }
    boolean base64 = base64(fields);
    int dimensions = fields.integer("dimensions", 0, 1, Integer.MAX_VALUE);
    Entry entry = services.catalog().find(model);
    Reply reply = exchange.reply(Reply.Form.JSON);
    try (Runners.Lease lease =
        AnswerStream.lease(reply, services.runners(), entry.servable(), null)) {
      Reading.Vectors vectors =
          AnswerStream.compute(
              reply, gone -> Reading.embed(lease.runner(), texts, dimensions, false, gone));
      reply.send(body(model, vectors, base64));
    }
    reply.end();
  }

  private static boolean base64(Fields fields) {
    String format = fields.string("encoding_format").orElse("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw ApiException.badRequest("encoding_format must be float or base64");
    }
    return format.equals("base64");
  }

  private static ObjectNode body(String model, Reading.Vectors vectors, boolean base64) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    for (float[] vector : vectors.vectors()) {
      ObjectNode node = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      if (base64) {
        node.put("embedding", Base64.getEncoder().encodeToString(littleEndian(vector)));
      } else {
        ArrayNode list = node.putArray("embedding");
        for (float value : vector) {
          list.add(value);
        }
      }
    }
    body.put("model", model);
    body.putObject("usage")
        .put("prompt_tokens", vectors.tokens())
        .put("total_tokens", vectors.tokens());
    return body;
  }

  private static byte[] littleEndian(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}

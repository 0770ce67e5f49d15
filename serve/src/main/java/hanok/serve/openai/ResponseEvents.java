package hanok.serve.openai;

import hanok.engine.Generation;
import hanok.serve.http.Reply;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells a response as it comes, in the events of {@code /v1/responses}, or as a whole. */
final class ResponseEvents {
  private final Reply reply;
  private final boolean stream;
  private final String id = "resp_" + UUID.randomUUID();
  private final String messageId = "msg_" + UUID.randomUUID();
  private final long created = System.currentTimeMillis() / 1000;
  private final String model;
  private final StringBuilder text = new StringBuilder();
  private final ArrayNode output = JsonMapper.shared().createArrayNode();
  private boolean begun;
  private int sequence;

  ResponseEvents(Reply reply, String model, boolean stream) {
    this.reply = reply;
    this.model = model;
    this.stream = stream;
  }

  private static ObjectNode node() {
    return JsonMapper.shared().createObjectNode();
  }

  private ObjectNode response(String status) {
    ObjectNode response = node().put("id", id).put("object", "response");
    response.put("created_at", created).put("status", status).put("model", model);
    response.putNull("error").putNull("incomplete_details").putNull("instructions");
    response.set("output", output.deepCopy());
    response.put("parallel_tool_calls", false).put("tool_choice", "auto").putArray("tools");
    response.putObject("metadata");
    return response;
  }

  private void send(String type, ObjectNode event) {
    if (stream) {
      event.put("type", type).put("sequence_number", sequence++);
      reply.event(type, event);
    }
  }

  private void sendResponse(String type, ObjectNode response) {
    ObjectNode event = node();
    event.set("response", response);
    send(type, event);
  }

  void created() {
    sendResponse("response.created", response("in_progress"));
    sendResponse("response.in_progress", response("in_progress"));
  }

  /** More text; the first opens the message. */
  void text(String piece) {
    if (piece.isEmpty()) {
      return;
    }
    if (!begun) {
      begun = true;
      item("response.output_item.added", message("in_progress"));
      part("response.content_part.added", "");
    }
    text.append(piece);
    send("response.output_text.delta", place().put("delta", piece));
  }

  private ObjectNode place() {
    ObjectNode event = node().put("item_id", messageId);
    event.put("output_index", 0).put("content_index", 0).putArray("logprobs");
    return event;
  }

  private void item(String type, ObjectNode item) {
    ObjectNode event = node().put("output_index", output.size());
    event.set("item", item);
    send(type, event);
  }

  private void part(String type, String content) {
    ObjectNode event = place();
    event.remove("logprobs");
    event.set("part", textPart(content));
    send(type, event);
  }

  private static ObjectNode textPart(String content) {
    ObjectNode part = node().put("type", "output_text").put("text", content);
    part.putArray("annotations");
    return part;
  }

  private ObjectNode message(String status) {
    ObjectNode message = node().put("id", messageId).put("type", "message");
    message.put("status", status).put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (!text.isEmpty()) {
      content.add(textPart(text.toString()));
    }
    return message;
  }

  /** A call of a function, which is all that was answered. */
  void call(JsonNode call) {
    String callId = "fc_" + UUID.randomUUID();
    String arguments = call.path("arguments").toString();
    ObjectNode item = node().put("id", callId).put("type", "function_call");
    item.put("status", "completed").put("call_id", "call_" + callId.substring(3));
    item.put("name", call.path("name").asString("")).put("arguments", "");
    item("response.output_item.added", item.deepCopy());
    ObjectNode event = node().put("item_id", callId).put("output_index", output.size());
    send("response.function_call_arguments.delta", event.deepCopy().put("delta", arguments));
    send("response.function_call_arguments.done", event.put("arguments", arguments));
    item.put("arguments", arguments);
    item("response.output_item.done", item.deepCopy());
    output.add(item);
  }

  /** The end. */
  void completed(Generation.Result result, boolean cut) {
    if (begun) {
      send("response.output_text.done", place().put("text", text.toString()));
      part("response.content_part.done", text.toString());
      ObjectNode message = message(cut ? "incomplete" : "completed");
      item("response.output_item.done", message);
      output.add(message);
    }
    ObjectNode response = response(cut ? "incomplete" : "completed");
    if (cut) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    response.set("usage", usage(result));
    if (stream) {
      sendResponse(cut ? "response.incomplete" : "response.completed", response);
    } else {
      reply.send(response);
    }
  }

  private static ObjectNode usage(Generation.Result result) {
    ObjectNode chat = Totals.usage(List.of(result), 1);
    ObjectNode usage = node();
    usage.set("input_tokens", chat.get("prompt_tokens"));
    usage
        .putObject("input_tokens_details")
        .setAll((ObjectNode) chat.get("prompt_tokens_details"))
        .put("cache_write_tokens", 0); // nobody pays for them here, but a client insists
    usage.set("output_tokens", chat.get("completion_tokens"));
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    usage.set("total_tokens", chat.get("total_tokens"));
    return usage;
  }
}

package hanok.serve.ollama;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.runner.Form;
import hanok.serve.runner.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What {@code /api/chat} and {@code /api/generate} have in common. */
final class Requests {
  static final int MESSAGES_MAX = 1024;
  private static final int TOP_LOGPROBS_MAX = 20;
  private static final int CALLS_MAX = 128;

  private Requests() {}

  /** The name of the model; older clients send {@code name}. */
  static String model(Fields fields) {
    String model =
        fields
            .string("model")
            .filter(name -> !name.isEmpty())
            .or(() -> fields.string("name"))
            .orElse("");
    if (model.isEmpty()) {
      throw ApiException.badRequest("model is required");
    }
    return model;
  }

  /** Refuses what models of this family cannot do. */
  static void checkThinking(Fields fields, String model) {
    JsonNode think = fields.find("think");
    boolean wanted = think != null && (think.isBoolean() ? think.booleanValue() : think.isString());
    if (think != null && !think.isBoolean() && !think.isString()) {
      throw fields.wrong("think", "true or false", think);
    }
    if (wanted) {
      throw ApiException.badRequest("\"%s\" does not support thinking".formatted(model));
    }
  }

  static void checkImages(Fields fields, String model) {
    if (!fields.list("images", MESSAGES_MAX).isEmpty()) {
      throw ApiException.badRequest("\"%s\" does not take images".formatted(model));
    }
  }

  static Form form(Fields fields) {
    JsonNode format = fields.find("format");
    if (format == null || format.isString() && format.stringValue().isEmpty()) {
      return Form.TEXT;
    }
    if (format.isString() && format.stringValue().equals("json")) {
      return new Form.Json();
    }
    if (format.isObject()) {
      return new Form.Schema(format);
    }
    throw fields.wrong("format", "\"json\" or a JSON Schema", format);
  }

  /** How many likely tokens to tell of; -1 for no probabilities. */
  static int topLogprobs(Fields fields) {
    int top = fields.integer("top_logprobs", 0, 0, TOP_LOGPROBS_MAX);
    return fields.bool("logprobs", false) ? top : -1;
  }

  static List<Turn> turns(Fields fields, String model) {
    List<Turn> turns = new ArrayList<>();
    for (JsonNode element : fields.list("messages", MESSAGES_MAX)) {
      Fields message = Fields.of(element, "messages");
      checkImages(message, model);
      List<JsonNode> calls = new ArrayList<>();
      for (JsonNode call : message.list("tool_calls", CALLS_MAX)) {
        calls.add(Fields.of(call, "messages.tool_calls").object("function").node());
      }
      String tool = message.string("tool_name").or(() -> message.string("name")).orElse("");
      String content = message.string("content").orElse("");
      turns.add(new Turn(speaker(message.required("role")), content, calls, tool));
    }
    return turns;
  }

  private static Turn.Speaker speaker(String role) {
    try {
      return Turn.Speaker.valueOf(role.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          "messages.role must be system, user, assistant or tool, got \"%s\""
              .formatted(role.substring(0, Math.min(40, role.length()))));
    }
  }
}

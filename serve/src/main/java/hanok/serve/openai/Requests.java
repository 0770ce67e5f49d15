package hanok.serve.openai;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.runner.Form;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Tools;
import hanok.serve.runner.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What requests of several endpoints have in common. */
final class Requests {
  static final int CHOICES_MAX = 16;
  static final int TOP_LOGPROBS_MAX = 20;
  private static final int MESSAGES_MAX = 1024;
  private static final int PARTS_MAX = 1024;
  private static final int CALLS_MAX = 128;
  private static final int BIAS_MAX = 1024;

  private Requests() {}

  /**
   * How to answer. Most names are Ollama's too; what the request does not say, the model's maker
   * says.
   *
   * @param maxTokens the field that bounds the answer
   */
  static RunOptions options(Runner runner, Fields fields, String... maxTokens) {
    RunOptions options = RunOptions.of(runner).with(fields);
    for (String name : maxTokens) {
      int most = fields.integer(name, -1, 0, Integer.MAX_VALUE);
      options = most == -1 ? options : options.withMaxTokens(most);
    }
    Map<Integer, Float> bias = bias(fields, runner.model().config().vocab());
    return bias.isEmpty()
        ? options
        : options.withSampling(options.sampling().toBuilder().logitBias(bias).build());
  }

  private static Map<Integer, Float> bias(Fields fields, int vocab) {
    ObjectNode node = fields.object("logit_bias").node();
    if (node.size() > BIAS_MAX) {
      throw ApiException.badRequest(
          "logit_bias must have at most %d ids, got %d".formatted(BIAS_MAX, node.size()));
    }
    Map<Integer, Float> bias = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String id = entry.getKey();
      boolean known = id.matches("[0-9]{1,9}") && Integer.parseInt(id) < vocab;
      if (!known || !entry.getValue().isNumber()) {
        throw ApiException.badRequest(
            "logit_bias must map ids below %d to numbers, got \"%s\""
                .formatted(vocab, id.substring(0, Math.min(20, id.length()))));
      }
      bias.put(Integer.valueOf(id), Math.clamp((float) Fields.real(entry.getValue()), -100f, 100f));
    }
    return bias;
  }

  static Form form(Fields fields) {
    Fields format = fields.object("response_format");
    return switch (format.string("type").orElse("text")) {
      case "text" -> Form.TEXT;
      case "json_object" -> new Form.Json();
      case "json_schema" -> {
        JsonNode schema = format.object("json_schema").find("schema");
        if (schema == null) {
          throw ApiException.badRequest("response_format.json_schema.schema is required");
        }
        yield new Form.Schema(schema);
      }
      default ->
          throw ApiException.badRequest(
              "response_format.type must be text, json_object or json_schema");
    };
  }

  /** The functions that may, or must, be called. */
  static Tools tools(Fields fields) {
    Tools tools = Tools.of(fields);
    JsonNode choice = fields.find("tool_choice");
    if (choice == null) {
      return tools;
    }
    if (choice.isObject()) {
      Fields wanted = Fields.of(choice, "tool_choice");
      String flat = wanted.string("name").orElse("");
      return tools.only(flat.isEmpty() ? wanted.object("function").required("name") : flat);
    }
    return switch (choice.asString("")) {
      case "none" -> Tools.NONE;
      case "auto" -> tools;
      case "required" -> tools.isEmpty() ? tools : tools.required();
      default -> throw fields.wrong("tool_choice", "none, auto, required or a function", choice);
    };
  }

  static List<Turn> turns(Fields fields) {
    List<JsonNode> messages = fields.list("messages", MESSAGES_MAX);
    if (messages.isEmpty()) {
      throw ApiException.badRequest("messages is required, with one message at least");
    }
    List<Turn> turns = new ArrayList<>();
    Map<String, String> names = new HashMap<>(); // of functions, by the ids of their calls
    for (JsonNode element : messages) {
      Fields message = Fields.of(element, "messages");
      List<JsonNode> calls = new ArrayList<>();
      for (JsonNode call : message.list("tool_calls", CALLS_MAX)) {
        Fields wrapped = Fields.of(call, "messages.tool_calls");
        Fields function = wrapped.object("function");
        names.put(wrapped.string("id").orElse(""), function.required("name"));
        calls.add(call(function.required("name"), function.string("arguments").orElse("{}")));
      }
      String tool = names.getOrDefault(message.string("tool_call_id").orElse(""), "");
      turns.add(new Turn(speaker(message.required("role")), content(message), calls, tool));
    }
    return turns;
  }

  /** A call as the model writes it. */
  static ObjectNode call(String name, String arguments) {
    ObjectNode call = JsonMapper.shared().createObjectNode().put("name", name);
    try {
      call.set("arguments", JsonMapper.shared().readTree(arguments));
    } catch (JacksonException e) {
      throw ApiException.badRequest("the arguments of a call of " + name + " are not JSON");
    }
    return call;
  }

  static Turn.Speaker speaker(String role) {
    return switch (role) {
      case "system", "developer" -> Turn.Speaker.SYSTEM;
      case "user" -> Turn.Speaker.USER;
      case "assistant" -> Turn.Speaker.ASSISTANT;
      case "tool", "function" -> Turn.Speaker.TOOL;
      default ->
          throw ApiException.badRequest(
              "role must be system, developer, user, assistant or tool, got \"%s\""
                  .formatted(role.substring(0, Math.min(40, role.length()))));
    };
  }

  /** The text of a message: a string, or parts that have text. */
  static String content(Fields message) {
    JsonNode content = message.find("content");
    if (content == null || content.isString()) {
      return content == null ? "" : content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode element : message.list("content", PARTS_MAX)) {
      Fields part = Fields.of(element, "content");
      String type = part.required("type");
      if (!type.endsWith("text")) {
        throw ApiException.badRequest(
            "content of type \"%s\" cannot be read; only text can"
                .formatted(type.substring(0, Math.min(40, type.length()))));
      }
      text.append(text.isEmpty() ? "" : "\n").append(part.string("text").orElse(""));
    }
    return text.toString();
  }
}

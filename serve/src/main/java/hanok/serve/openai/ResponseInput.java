package hanok.serve.openai;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.runner.Form;
import hanok.serve.runner.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code /v1/responses} is asked: its fields have other forms than those of chats. */
final class ResponseInput {
  private static final int ITEMS_MAX = 1024;

  private ResponseInput() {}

  static List<Turn> turns(Fields fields) {
    if (fields.string("previous_response_id").isPresent()) {
      throw ApiException.badRequest(
          "previous_response_id is not supported: nothing is kept; send the whole conversation");
    }
    List<Turn> turns = new ArrayList<>();
    fields.string("instructions").ifPresent(t -> turns.add(Turn.of(Turn.Speaker.SYSTEM, t)));
    JsonNode input = fields.find("input");
    if (input == null) {
      throw ApiException.badRequest("input is required");
    }
    if (input.isString()) {
      turns.add(Turn.of(Turn.Speaker.USER, input.stringValue()));
      return turns;
    }
    Map<String, String> names = new HashMap<>(); // of functions, by the ids of their calls
    for (JsonNode element : fields.list("input", ITEMS_MAX)) {
      turns.add(turn(Fields.of(element, "input"), names));
    }
    return turns;
  }

  private static Turn turn(Fields item, Map<String, String> names) {
    return switch (item.string("type").orElse("message")) {
      case "message" -> Turn.of(Requests.speaker(item.required("role")), Requests.content(item));
      case "function_call" -> {
        names.put(item.required("call_id"), item.required("name"));
        JsonNode call = Requests.call(item.required("name"), item.string("arguments").orElse("{}"));
        yield new Turn(Turn.Speaker.ASSISTANT, "", List.of(call), "");
      }
      case "function_call_output" -> {
        String name = names.getOrDefault(item.required("call_id"), "");
        yield new Turn(Turn.Speaker.TOOL, item.string("output").orElse(""), List.of(), name);
      }
      default -> throw ApiException.badRequest("input of this type is not supported");
    };
  }

  /** The fields with tools and format as chat completions have them. */
  static Fields asChat(Fields fields) {
    ObjectNode chat = fields.node().deepCopy();
    ArrayNode tools = JsonMapper.shared().createArrayNode();
    for (JsonNode tool : fields.list("tools", ITEMS_MAX)) {
      if (!tool.path("type").asString("").equals("function")) {
        throw ApiException.badRequest("tools of other types than function are not supported");
      }
      tools.addObject().put("type", "function").set("function", tool);
    }
    chat.set("tools", tools);
    return Fields.of(chat);
  }

  static Form form(Fields fields) {
    Fields format = fields.object("text").object("format");
    return switch (format.string("type").orElse("text")) {
      case "text" -> Form.TEXT;
      case "json_object" -> new Form.Json();
      case "json_schema" -> {
        JsonNode schema = format.find("schema");
        if (schema == null) {
          throw ApiException.badRequest("text.format.schema is required");
        }
        yield new Form.Schema(schema);
      }
      default ->
          throw ApiException.badRequest(
              "text.format.type must be text, json_object or json_schema");
    };
  }
}

package hanok.serve.runner;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions that the model may call. EXAONE 3.0 has no tokens for that: the functions are told in
 * the system message, and the answer is kept in the form of either text or a call.
 *
 * @param functions that may be called
 * @param choice whether one must be called
 */
public record Tools(List<Function> functions, Choice choice) {

  /**
   * A function.
   *
   * @param parameters JSON Schema of its arguments
   */
  public record Function(String name, String description, JsonNode parameters) {}

  /** Whether to call. */
  public enum Choice {
    /** The model decides. */
    AUTO,
    /** There must be a call. */
    REQUIRED
  }

  public static final Tools NONE = new Tools(List.of(), Choice.AUTO);

  private static final int FUNCTIONS_MAX = 128;

  public Tools {
    functions = List.copyOf(functions);
  }

  public boolean isEmpty() {
    return functions.isEmpty();
  }

  /**
   * The tools of a request, in the form that Ollama and OpenAI share.
   *
   * @throws ApiException if one has no name
   */
  public static Tools of(Fields request) {
    List<Function> functions = new ArrayList<>();
    for (JsonNode element : request.list("tools", FUNCTIONS_MAX)) {
      Fields tool = Fields.of(element, "tools");
      Fields function = tool.object("function");
      JsonNode parameters = function.find("parameters");
      functions.add(
          new Function(
              function.required("name"),
              function.string("description").orElse(""),
              parameters == null ? emptyObject() : parameters));
    }
    return new Tools(functions, Choice.AUTO);
  }

  private static ObjectNode emptyObject() {
    return JsonMapper.shared().createObjectNode().put("type", "object");
  }

  /** Only the function of this name, which must be called. */
  public Tools only(String name) {
    List<Function> named = functions.stream().filter(f -> f.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw ApiException.badRequest(
          "tool_choice names \"" + name + "\", which tools does not have");
    }
    return new Tools(named, Choice.REQUIRED);
  }

  public Tools required() {
    return new Tools(functions, Choice.REQUIRED);
  }

  /** What the model is told. */
  public String instructions() {
    if (isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("You can call these functions:\n");
    for (Function function : functions) {
      ObjectNode json = JsonMapper.shared().createObjectNode();
      json.put("name", function.name());
      json.put("description", function.description());
      json.set("parameters", function.parameters());
      text.append(json).append('\n');
    }
    text.append("To call one, answer with nothing but ");
    text.append("{\"name\": FUNCTION, \"arguments\": {…}}. ");
    return text.append("Call one only if it helps; otherwise answer in words.").toString();
  }
}

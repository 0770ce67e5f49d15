package hanok.serve.openai;

import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Runner;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Prompts of {@code /v1/completions}: a text, texts, ids, or lists of ids. */
final class Prompts {
  private static final int PROMPTS_MAX = 256;
  private static final int IDS_MAX = 1 << 20;

  private Prompts() {}

  static List<int[]> of(Fields fields, Runner runner) {
    JsonNode prompt = fields.find("prompt");
    if (prompt == null) {
      throw ApiException.badRequest("prompt is required");
    }
    if (prompt.isArray() && !prompt.isEmpty() && prompt.get(0).isNumber()) {
      return List.of(ids(fields, prompt, runner));
    }
    List<int[]> prompts = new ArrayList<>();
    List<JsonNode> several =
        prompt.isString() ? List.of(prompt) : fields.list("prompt", PROMPTS_MAX);
    for (JsonNode element : several) {
      prompts.add(
          element.isString()
              ? Conversation.raw(runner, element.stringValue(), true)
              : ids(fields, element, runner));
    }
    if (prompts.isEmpty() || prompts.stream().anyMatch(ids -> ids.length == 0)) {
      throw ApiException.badRequest("prompt must not be empty");
    }
    return prompts;
  }

  private static int[] ids(Fields fields, JsonNode list, Runner runner) {
    int vocab = runner.model().config().vocab();
    String wanted = "a text, a list of texts, or ids below " + vocab;
    if (!list.isArray() || list.size() > IDS_MAX) {
      throw fields.wrong("prompt", wanted, list);
    }
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocab) {
        throw fields.wrong("prompt", wanted, id);
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}

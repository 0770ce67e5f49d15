package hanok.serve.openai;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.runner.CallFilter;
import hanok.serve.runner.Logprobs;
import hanok.serve.runner.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One of the answers of a chat completion, in pieces or as a whole. */
final class Choice {
  private final Runner runner;
  private final int index;
  private final boolean withLogprobs;
  private final CallFilter filter;
  private final StringBuilder text = new StringBuilder();
  private final List<TokenChoice> tokens = new ArrayList<>();

  Choice(Runner runner, int index, boolean tools, boolean withLogprobs) {
    this.runner = runner;
    this.index = index;
    this.withLogprobs = withLogprobs;
    filter = new CallFilter(tools);
  }

  private ObjectNode delta(ObjectNode delta) {
    ObjectNode choice = JsonMapper.shared().createObjectNode().put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    return choice.putNull("finish_reason");
  }

  private static ObjectNode node() {
    return JsonMapper.shared().createObjectNode();
  }

  /** The first piece, which says who speaks. */
  ObjectNode opening() {
    return delta(node().put("role", "assistant").put("content", ""));
  }

  /** A piece of the answer; empty as long as it may become a call. */
  Optional<ObjectNode> piece(String piece, List<TokenChoice> choices) {
    String certain = filter.add(piece);
    if (certain.isEmpty() && choices.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode choice = delta(node().put("content", certain));
    putLogprobs(choice, choices);
    return Optional.of(choice);
  }

  /**
   * The call that the answer was, or the text that was held back because it could have become one.
   */
  Optional<ObjectNode> rest() {
    Optional<JsonNode> call = filter.call();
    if (call.isPresent()) {
      ObjectNode delta = node();
      putCall(delta, call.get()).put("index", 0);
      return Optional.of(delta(delta));
    }
    String held = filter.rest();
    return held.isEmpty() ? Optional.empty() : Optional.of(delta(node().put("content", held)));
  }

  /** The last piece, which says why the answer ended. */
  ObjectNode closing(Generation.Result result) {
    return delta(node()).put("finish_reason", finishReason(result));
  }

  /** Takes a piece of an answer that will be sent as a whole. */
  void collect(String piece, List<TokenChoice> choices) {
    text.append(filter.add(piece));
    tokens.addAll(choices);
  }

  /** The whole answer. */
  ObjectNode whole(Generation.Result result) {
    ObjectNode choice = node().put("index", index);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    Optional<JsonNode> call = filter.call();
    if (call.isPresent()) {
      message.putNull("content");
      putCall(message, call.get());
    } else {
      message.put("content", text + filter.rest());
    }
    choice.putNull("logprobs");
    putLogprobs(choice, tokens);
    return choice.put("finish_reason", finishReason(result));
  }

  private void putLogprobs(ObjectNode choice, List<TokenChoice> choices) {
    if (withLogprobs) {
      choice.putObject("logprobs").set("content", Logprobs.of(runner, choices));
    }
  }

  private static ObjectNode putCall(ObjectNode message, JsonNode call) {
    ObjectNode node = message.putArray("tool_calls").addObject();
    node.put("id", "call_" + UUID.randomUUID()).put("type", "function");
    ObjectNode function = node.putObject("function").put("name", call.path("name").asString(""));
    function.put("arguments", call.path("arguments").toString()); // a string here, unlike Ollama
    return node;
  }

  private String finishReason(Generation.Result result) {
    return filter.call().isPresent() ? "tool_calls" : Totals.finishReason(result);
  }
}

package hanok.serve.ollama;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Logprobs;
import hanok.serve.runner.Runner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The pieces that answers come in. */
final class Chunks {
  private final String model;
  private final long start;

  /**
   * @param model as the request calls it
   * @param start when the request came, in {@link System#nanoTime}
   */
  Chunks(String model, long start) {
    this.model = model;
    this.start = start;
  }

  /** A piece without its text. */
  ObjectNode piece(boolean done) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("model", model)
        .put("created_at", Instant.now().toString())
        .put("done", done);
  }

  static void putLogprobs(ObjectNode chunk, Runner runner, List<TokenChoice> tokens) {
    if (!tokens.isEmpty()) {
      chunk.set("logprobs", Logprobs.of(runner, tokens));
    }
  }

  /** The piece of a request that only asked for the model to be loaded, or unloaded. */
  ObjectNode without(String reason) {
    return piece(true).put("done_reason", reason);
  }

  /** What an answer took; as in Ollama, what is zero is left out. */
  void putTotals(
      ObjectNode last, Generation.Result result, Duration loadTime, Conversation.Rendered prompt) {
    last.put("done_reason", reason(result));
    last.put("total_duration", System.nanoTime() - start);
    putIfPositive(last, "load_duration", loadTime.toNanos());
    putIfPositive(last, "prompt_eval_count", result.promptTokens());
    putIfPositive(last, "prompt_eval_duration", result.promptNanos());
    putIfPositive(last, "eval_count", result.generatedTokens());
    putIfPositive(last, "eval_duration", result.decodeNanos());
    putIfPositive(last, "prompt_cached_count", result.reusedTokens());
    if (prompt.droppedTurns() > 0) {
      last.put("truncated", true).put("prompt_messages_dropped", prompt.droppedTurns());
      last.put("prompt_tokens_dropped", prompt.droppedTokens());
    }
  }

  private static String reason(Generation.Result result) {
    return result.reason().name().toLowerCase(Locale.ROOT);
  }

  private static void putIfPositive(ObjectNode node, String name, long value) {
    if (value > 0) {
      node.put(name, value);
    }
  }
}

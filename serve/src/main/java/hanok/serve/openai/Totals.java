package hanok.serve.openai;

import hanok.engine.FinishReason;
import hanok.engine.Generation;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What answers took, in OpenAI's and in llama.cpp's words. */
final class Totals {
  private Totals() {}

  /** Tokens of all choices; the prompt, which they share, counts once. */
  static ObjectNode usage(List<Generation.Result> results, int prompts) {
    int prompt = 0;
    int cached = 0;
    int completion = 0;
    for (int i = 0; i < results.size(); i++) {
      Generation.Result result = results.get(i);
      boolean first = i % (results.size() / prompts) == 0;
      prompt += first ? result.promptTokens() : 0;
      cached += first ? result.reusedTokens() : 0;
      completion += result.generatedTokens();
    }
    ObjectNode usage = JsonMapper.shared().createObjectNode();
    usage.put("prompt_tokens", prompt).put("completion_tokens", completion);
    usage.put("total_tokens", prompt + completion);
    usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    return usage;
  }

  static ObjectNode timings(Generation.Result result) {
    int computed = result.promptTokens() - result.reusedTokens();
    ObjectNode timings = JsonMapper.shared().createObjectNode();
    timings.put("cache_n", result.reusedTokens()).put("prompt_n", computed);
    timings.put("prompt_ms", result.promptNanos() / 1e6);
    timings.put("prompt_per_second", perSecond(computed, result.promptNanos()));
    timings.put("predicted_n", result.generatedTokens());
    timings.put("predicted_ms", result.decodeNanos() / 1e6);
    return timings.put(
        "predicted_per_second", perSecond(result.generatedTokens(), result.decodeNanos()));
  }

  private static double perSecond(int tokens, long nanos) {
    return nanos == 0 ? 0 : tokens * 1e9 / nanos;
  }

  static String finishReason(Generation.Result result) {
    return result.reason() == FinishReason.LENGTH ? "length" : "stop";
  }
}

package hanok.cli;

import hanok.engine.SamplerOptions;
import java.util.List;
import java.util.Map;

/**
 * How answers are made.
 *
 * @param maxTokens the longest answer; -1 for no limit
 * @param stop texts that end an answer
 */
record AnswerOptions(SamplerOptions sampling, int maxTokens, List<String> stop) {
  AnswerOptions {
    stop = List.copyOf(stop);
  }

  /**
   * What a model's maker wants.
   *
   * @param defaults those of the model's file
   * @param parameters of a Modelfile, by Ollama's names
   * @throws IllegalArgumentException if one is out of its range
   */
  static AnswerOptions of(SamplerOptions defaults, Map<String, Object> parameters) {
    SamplerOptions.Builder builder = defaults.toBuilder();
    parameters.forEach((name, value) -> {
      if (value instanceof Number number) {
        set(builder, name, number);
      }
    });
    int maxTokens =
        parameters.get("num_predict") instanceof Long most && most > 0
            ? (int) Math.min(most, Integer.MAX_VALUE)
            : -1;
    List<String> stop =
        parameters.get("stop") instanceof List<?> texts
            ? texts.stream().map(String::valueOf).toList()
            : List.of();
    return new AnswerOptions(builder.build(), maxTokens, stop);
  }

  private static void set(SamplerOptions.Builder builder, String name, Number value) {
    switch (name) {
      case "temperature" -> builder.temperature(value.floatValue());
      case "top_k" -> builder.topK(value.intValue());
      case "top_p" -> builder.topP(value.floatValue());
      case "min_p" -> builder.minP(value.floatValue());
      case "typical_p" -> builder.typicalP(value.floatValue());
      case "repeat_penalty" -> builder.repeatPenalty(value.floatValue());
      case "repeat_last_n" -> builder.repeatLastN(value.intValue());
      case "frequency_penalty" -> builder.frequencyPenalty(value.floatValue());
      case "presence_penalty" -> builder.presencePenalty(value.floatValue());
      case "seed" -> builder.seed(value.longValue());
      default -> {} // for another engine
    }
  }

  AnswerOptions withSampling(SamplerOptions changed) {
    return new AnswerOptions(changed, maxTokens, stop);
  }

  AnswerOptions withMaxTokens(int tokens) {
    return new AnswerOptions(sampling, tokens, stop);
  }

  AnswerOptions withStop(List<String> texts) {
    return new AnswerOptions(sampling, maxTokens, texts);
  }
}

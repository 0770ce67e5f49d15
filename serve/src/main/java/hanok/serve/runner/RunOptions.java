package hanok.serve.runner;

import hanok.engine.SamplerOptions;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How one answer is made. What the request says goes before what the model's maker says, and that
 * before the defaults.
 *
 * @param context tokens of prompt and answer at most
 * @param maxTokens of the answer at most; -1 for as many as the context holds
 * @param stop texts that end the answer
 */
public record RunOptions(SamplerOptions sampling, int context, int maxTokens, List<String> stop) {
  private static final int STOPS_MAX = 64;
  private static final int STOP_CHARACTERS_MAX = 1000;
  private static final int CONTEXT_MAX = 1 << 24;

  /** Options that are taken, but mean nothing here: they speak of other engines' insides. */
  private static final List<String> WITHOUT_MEANING =
      List.of("num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep");

  public RunOptions {
    stop = List.copyOf(stop);
  }

  /** What the model's file and its maker say. */
  public static RunOptions of(Runner runner) {
    RunOptions own =
        new RunOptions(runner.model().samplerDefaults(), runner.context(), -1, List.of());
    JsonNode parameters = JsonMapper.shared().valueToTree(runner.servable().parameters());
    return own.with(Fields.of(parameters, "parameters"));
  }

  /**
   * The same with some changed.
   *
   * @param options by Ollama's names; others are passed over
   * @throws ApiException if one has the wrong type or is out of its range
   */
  public RunOptions with(Fields options) {
    for (String name : WITHOUT_MEANING) {
      options.whole(name, 0, name.equals("num_keep") ? -1 : 0, Integer.MAX_VALUE);
    }
    SamplerOptions changed = sampling(options);
    int tokens = options.integer("num_ctx", context, 1, CONTEXT_MAX);
    int predict = options.integer("num_predict", maxTokens, -1, Integer.MAX_VALUE);
    List<String> stops = options.strings("stop", STOPS_MAX);
    return new RunOptions(
        changed, Math.min(context, tokens), predict, stops.isEmpty() ? stop : checked(stops));
  }

  private SamplerOptions sampling(Fields options) {
    try {
      return sampling.toBuilder()
          .temperature(options.number("temperature", sampling.temperature()))
          .topK(options.integer("top_k", sampling.topK(), 0, Integer.MAX_VALUE))
          .topP(options.number("top_p", sampling.topP()))
          .minP(options.number("min_p", sampling.minP()))
          .typicalP(options.number("typical_p", sampling.typicalP()))
          .repeatPenalty(options.number("repeat_penalty", sampling.repeatPenalty()))
          .repeatLastN(
              options.integer("repeat_last_n", sampling.repeatLastN(), -1, Integer.MAX_VALUE))
          .frequencyPenalty(options.number("frequency_penalty", sampling.frequencyPenalty()))
          .presencePenalty(options.number("presence_penalty", sampling.presencePenalty()))
          .seed(options.whole("seed", sampling.seed(), Long.MIN_VALUE, Long.MAX_VALUE))
          .build();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same texts.
   *
   * @throws ApiException if one of them is too long
   */
  public static List<String> checked(List<String> stops) {
    for (String stop : stops) {
      if (stop.length() > STOP_CHARACTERS_MAX) {
        throw ApiException.badRequest(
            "a stop text must have at most %d characters, got %d"
                .formatted(STOP_CHARACTERS_MAX, stop.length()));
      }
    }
    return stops;
  }

  public RunOptions withSampling(SamplerOptions changed) {
    return new RunOptions(changed, context, maxTokens, stop);
  }

  public RunOptions withMaxTokens(int tokens) {
    return new RunOptions(sampling, context, tokens, stop);
  }

  public RunOptions withStop(List<String> stops) {
    return new RunOptions(sampling, context, maxTokens, checked(stops));
  }

  /**
   * Tokens of an answer at most.
   *
   * @throws ApiException if the prompt leaves no room
   */
  int answerTokens(int promptTokens) {
    if (promptTokens > context) {
      throw ApiException.of(
          400,
          "context_length_exceeded",
          "the prompt has %d tokens, the context holds %d".formatted(promptTokens, context));
    }
    int room = Math.max(1, context - promptTokens + 1);
    return maxTokens == -1 ? room : Math.min(maxTokens, room);
  }
}

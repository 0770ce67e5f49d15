package hanok.cli;

import hanok.engine.SamplerOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to choose tokens; what is not given stays as the model's file, or Hanok, has it. */
final class SamplingOptions {
  @Option(names = "--temperature", paramLabel = "T")
  @Nullable Float temperature;

  @Option(names = "--top-k", paramLabel = "K")
  @Nullable Integer topK;

  @Option(names = "--top-p", paramLabel = "P")
  @Nullable Float topP;

  @Option(names = "--min-p", paramLabel = "P")
  @Nullable Float minP;

  @Option(names = "--typical-p", paramLabel = "P")
  @Nullable Float typicalP;

  @Option(names = "--repeat-penalty", paramLabel = "X")
  @Nullable Float repeatPenalty;

  @Option(names = "--repeat-last-n", paramLabel = "N")
  @Nullable Integer repeatLastN;

  @Option(names = "--frequency-penalty", paramLabel = "X")
  @Nullable Float frequencyPenalty;

  @Option(names = "--presence-penalty", paramLabel = "X")
  @Nullable Float presencePenalty;

  @Option(names = "--logit-bias", paramLabel = "ID=BIAS")
  Map<Integer, Float> logitBias = Map.of();

  @Option(names = "--seed", paramLabel = "N")
  @Nullable Long seed;

  @Option(names = "--max-tokens", paramLabel = "N", defaultValue = "-1")
  int maxTokens;

  @Option(names = "--stop", paramLabel = "TEXT")
  List<String> stop = List.of();

  @Option(names = "--no-lookup")
  boolean noLookup;

  /** How to answer, given how the model's maker wants it. */
  AnswerOptions over(AnswerOptions own) {
    SamplerOptions.Builder builder = own.sampling().toBuilder();
    ifGiven(temperature, builder::temperature);
    ifGiven(topK, builder::topK);
    ifGiven(topP, builder::topP);
    ifGiven(minP, builder::minP);
    ifGiven(typicalP, builder::typicalP);
    ifGiven(repeatPenalty, builder::repeatPenalty);
    ifGiven(repeatLastN, builder::repeatLastN);
    ifGiven(frequencyPenalty, builder::frequencyPenalty);
    ifGiven(presencePenalty, builder::presencePenalty);
    ifGiven(seed, builder::seed);
    SamplerOptions options = builder.logitBias(logitBias).build();
    int tokens = maxTokens == -1 ? own.maxTokens() : maxTokens;
    return new AnswerOptions(options, tokens, stop.isEmpty() ? own.stop() : stop);
  }

  private static <T> void ifGiven(@Nullable T value, Consumer<T> set) {
    if (value != null) {
      set.accept(value);
    }
  }
}

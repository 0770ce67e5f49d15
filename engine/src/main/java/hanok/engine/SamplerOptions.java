package hanok.engine;

import java.util.Map;

/**
 * How a {@link Sampler} chooses. The defaults are Ollama's, but for the repeat penalty, which is
 * off, as EXAONE's authors ask.
 *
 * @param temperature divides the logits; 0 is greedy
 * @param topK only the {@code topK} likeliest; 0 for all
 * @param topP only the likeliest that together reach this probability; 1 for all
 * @param minP only those at least this probable, relative to the likeliest; 0 for all
 * @param typicalP only those whose surprise is nearest to the entropy, up to this probability
 *     together; 1 for all
 * @param repeatPenalty divides positive logits of recent tokens and multiplies negative ones; 1 for
 *     none
 * @param repeatLastN how many recent tokens the three penalties look at; 0 for none, -1 for all
 * @param frequencyPenalty subtracted once for each recent occurrence
 * @param presencePenalty subtracted once if there is any recent occurrence
 * @param logitBias added to the logits of these ids; negative infinity forbids an id
 * @param seed equal seeds draw equally; -1 takes a new one for every answer
 */
public record SamplerOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float typicalP,
    float repeatPenalty,
    int repeatLastN,
    float frequencyPenalty,
    float presencePenalty,
    Map<Integer, Float> logitBias,
    long seed) {

  public static final SamplerOptions DEFAULT =
      new SamplerOptions(0.8f, 40, 0.9f, 0, 1, 1, 64, 0, 0, Map.of(), -1);

  public static final SamplerOptions GREEDY = DEFAULT.toBuilder().temperature(0).build();

  /**
   * @throws IllegalArgumentException naming the value and its range, if one is outside
   */
  public SamplerOptions {
    requireRange("temperature", temperature, 0, 100);
    requireRange("top-k", topK, 0, Integer.MAX_VALUE);
    requireRange("top-p", topP, 0, 1);
    requireRange("min-p", minP, 0, 1);
    requireRange("typical-p", typicalP, 0, 1);
    requireRange("repeat-penalty", repeatPenalty, 0.01, 100);
    requireRange("repeat-last-n", repeatLastN, -1, Integer.MAX_VALUE);
    requireRange("frequency-penalty", frequencyPenalty, -100, 100);
    requireRange("presence-penalty", presencePenalty, -100, 100);
    for (Map.Entry<Integer, Float> bias : logitBias.entrySet()) {
      if (Float.isNaN(bias.getValue()) || bias.getValue() == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "logit-bias of id %d is %s".formatted(bias.getKey(), bias.getValue()));
      }
    }
    logitBias = Map.copyOf(logitBias);
  }

  public Builder toBuilder() {
    return new Builder(this);
  }

  private static void requireRange(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "%s must be in [%s, %s], got %s"
              .formatted(name, number(min), number(max), number(value)));
    }
  }

  private static String number(double value) {
    return value == (long) value ? Long.toString((long) value) : Float.toString((float) value);
  }

  /** The same options with some changed. */
  public static final class Builder {
    private float temperature;
    private int topK;
    private float topP;
    private float minP;
    private float typicalP;
    private float repeatPenalty;
    private int repeatLastN;
    private float frequencyPenalty;
    private float presencePenalty;
    private Map<Integer, Float> logitBias;
    private long seed;

    private Builder(SamplerOptions options) {
      temperature = options.temperature;
      topK = options.topK;
      topP = options.topP;
      minP = options.minP;
      typicalP = options.typicalP;
      repeatPenalty = options.repeatPenalty;
      repeatLastN = options.repeatLastN;
      frequencyPenalty = options.frequencyPenalty;
      presencePenalty = options.presencePenalty;
      logitBias = options.logitBias;
      seed = options.seed;
    }

    public SamplerOptions build() {
      return new SamplerOptions(
          temperature,
          topK,
          topP,
          minP,
          typicalP,
          repeatPenalty,
          repeatLastN,
          frequencyPenalty,
          presencePenalty,
          logitBias,
          seed);
    }

    public Builder temperature(float value) {
      temperature = value;
      return this;
    }

    public Builder topK(int value) {
      topK = value;
      return this;
    }

    public Builder topP(float value) {
      topP = value;
      return this;
    }

    public Builder minP(float value) {
      minP = value;
      return this;
    }

    public Builder typicalP(float value) {
      typicalP = value;
      return this;
    }

    public Builder repeatPenalty(float value) {
      repeatPenalty = value;
      return this;
    }

    public Builder repeatLastN(int value) {
      repeatLastN = value;
      return this;
    }

    public Builder frequencyPenalty(float value) {
      frequencyPenalty = value;
      return this;
    }

    public Builder presencePenalty(float value) {
      presencePenalty = value;
      return this;
    }

    public Builder logitBias(Map<Integer, Float> value) {
      logitBias = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }
  }
}

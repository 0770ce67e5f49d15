package hanok.bench;

import java.util.List;

/**
 * The speed of one test over several repetitions.
 *
 * @param test {@code pp512} for a prompt of 512 tokens, {@code tg64} for an answer of 64, {@code
 *     tg64@d3500} if 3500 others came before
 * @param samples tokens a second, one a repetition
 * @param bytesPerToken weights, keys and values read for a token, where every token reads all of
 *     them; 0 for prompts
 */
public record Measurement(String test, List<Double> samples, long bytesPerToken) {
  public Measurement {
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(test + ": no samples");
    }
  }

  /** The median. */
  public double tokensPerSecond() {
    List<Double> sorted = samples.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** From the slowest sample to the fastest, as a part of the median. */
  public double spread() {
    double slowest = samples.stream().min(Double::compare).orElseThrow();
    double fastest = samples.stream().max(Double::compare).orElseThrow();
    return (fastest - slowest) / tokensPerSecond();
  }

  /** What is read, in bytes a second; 0 for prompts. */
  public double bytesPerSecond() {
    return tokensPerSecond() * bytesPerToken;
  }
}

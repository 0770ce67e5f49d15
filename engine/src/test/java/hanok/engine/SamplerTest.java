package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int DRAWS = 20_000;

  /** Probabilities 0.5, 0.25, 0.15, 0.1 of tokens 2, 0, 3, 1. */
  private static final float[] LOGITS = logs(0.25, 0.1, 0.5, 0.15);

  @Test
  void greedyTakesTheLikeliestAndTheLowestOfEquals() {
    assertThat(sampler(b -> b.temperature(0)).sample(LOGITS)).isEqualTo(2);
    assertThat(sampler(b -> b.temperature(0)).sample(new float[] {1, 3, 3, 2})).isEqualTo(1);
    assertThat(sampler(b -> b.topK(1)).sample(LOGITS)).isEqualTo(2);
  }

  @Test
  void drawsWithTheProbabilitiesOfTheModel() {
    assertShares(frequencies(b -> plain(b)), 0.25, 0.1, 0.5, 0.15);
  }

  @Test
  void temperatureFlattensAndSharpens() {
    double[] hot = {Math.sqrt(0.25), Math.sqrt(0.1), Math.sqrt(0.5), Math.sqrt(0.15)};
    double sum = hot[0] + hot[1] + hot[2] + hot[3];
    assertShares(
        frequencies(b -> plain(b).temperature(2)),
        hot[0] / sum,
        hot[1] / sum,
        hot[2] / sum,
        hot[3] / sum);
  }

  @Test
  void topKKeepsTheLikeliest() {
    assertShares(frequencies(b -> plain(b).topK(2)), 1 / 3.0, 0, 2 / 3.0, 0);
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    assertShares(frequencies(b -> plain(b).topP(0.7f)), 1 / 3.0, 0, 2 / 3.0, 0);
    assertShares(frequencies(b -> plain(b).topK(4).topP(0.7f)), 1 / 3.0, 0, 2 / 3.0, 0);
    assertShares(frequencies(b -> plain(b).topP(0)), 0, 0, 1, 0);
  }

  @Test
  void minPIsRelativeToTheLikeliest() {
    assertShares(frequencies(b -> plain(b).minP(0.4f)), 1 / 3.0, 0, 2 / 3.0, 0);
    assertShares(frequencies(b -> plain(b).topK(4).minP(0.4f)), 1 / 3.0, 0, 2 / 3.0, 0);
  }

  @Test
  void typicalPKeepsThoseOfMeanSurprise() {
    // The entropy is 1.21 nats; token 0 (1.39) is nearest, then token 2 (0.69), 3 (1.90), 1 (2.30).
    assertShares(frequencies(b -> plain(b).typicalP(0.2f)), 1, 0, 0, 0);
    assertShares(frequencies(b -> plain(b).typicalP(0.7f)), 1 / 3.0, 0, 2 / 3.0, 0);
  }

  @Test
  void thePathWithoutTopKGivesTheSameTokensAsTheOneWith() {
    Random random = new Random(5);
    float[] logits = new float[1000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (4 * random.nextGaussian());
    }
    Sampler lazy = new Sampler(options(b -> b.topK(0).topP(0.8f).minP(0.01f).seed(3)), 1000);
    Sampler whole = new Sampler(options(b -> b.topK(1000).topP(0.8f).minP(0.01f).seed(3)), 1000);
    for (int i = 0; i < 2000; i++) {
      assertThat(lazy.sample(logits)).isEqualTo(whole.sample(logits));
    }
  }

  @Test
  void repeatPenaltyDividesPositiveLogitsAndMultipliesNegativeOnes() {
    Sampler sampler = sampler(b -> b.temperature(0).repeatPenalty(2));
    float[] logits = {3, 2, -1, -1.5f};
    sampler.accept(0);
    assertThat(sampler.sample(logits)).isEqualTo(1);
    float[] negative = {-4, -3, -1, -1.5f};
    sampler.accept(2);
    assertThat(sampler.sample(negative)).isEqualTo(3);
  }

  @Test
  void frequencyAndPresencePenaltiesSubtract() {
    Sampler frequency = sampler(b -> b.temperature(0).frequencyPenalty(0.6f));
    frequency.accept(0);
    assertThat(frequency.sample(new float[] {3, 2, 0, 0})).isEqualTo(0);
    frequency.accept(0);
    assertThat(frequency.sample(new float[] {3, 2, 0, 0})).isEqualTo(1);
    Sampler presence = sampler(b -> b.temperature(0).presencePenalty(1.5f));
    presence.accept(0);
    assertThat(presence.sample(new float[] {3, 2, 0, 0})).isEqualTo(1);
  }

  @Test
  void penaltiesForgetWhatIsOutsideTheWindow() {
    Sampler sampler = sampler(b -> b.temperature(0).presencePenalty(9).repeatLastN(2));
    float[] logits = {3, 2, 1, 0};
    sampler.accept(0);
    sampler.accept(1);
    assertThat(sampler.sample(logits)).isEqualTo(2);
    sampler.accept(3);
    assertThat(sampler.sample(logits)).isEqualTo(0);
    Sampler unlimited = sampler(b -> b.temperature(0).presencePenalty(9).repeatLastN(-1));
    for (int i = 0; i < 200; i++) {
      unlimited.accept(i % 3);
    }
    assertThat(unlimited.sample(logits)).isEqualTo(3);
  }

  @Test
  void logitBiasFavoursAndForbids() {
    assertThat(sampler(b -> b.temperature(0).logitBias(Map.of(1, 9f))).sample(LOGITS)).isEqualTo(1);
    double[] shares = frequencies(b -> plain(b).logitBias(Map.of(2, Float.NEGATIVE_INFINITY)));
    assertShares(shares, 0.5, 0.2, 0, 0.3);
  }

  @Test
  void equalSeedsDrawEqually() {
    Sampler one = sampler(b -> plain(b).seed(11));
    Sampler two = sampler(b -> plain(b).seed(11));
    for (int i = 0; i < 100; i++) {
      assertThat(one.sample(LOGITS)).isEqualTo(two.sample(LOGITS));
    }
  }

  @Test
  void refusesLogitsThatAreNotNumbersAndVocabulariesWithoutAChoice() {
    float[] broken = {0, Float.NaN, 1, 2};
    assertThatIllegalStateException()
        .isThrownBy(() -> sampler(b -> b).sample(broken))
        .withMessageContaining("token 1");
    float[] forbidden = new float[4];
    Arrays.fill(forbidden, Float.NEGATIVE_INFINITY);
    assertThatIllegalStateException().isThrownBy(() -> sampler(b -> b).sample(forbidden));
  }

  @Test
  void saysWhichOptionIsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(b -> b.topP(1.5f)))
        .withMessage("top-p must be in [0, 1], got 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(b -> b.temperature(Float.NaN)))
        .withMessageContaining("temperature must be in [0, 100], got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(b -> b.logitBias(Map.of(4, 1f))))
        .withMessage("logit-bias names id 4, but the vocabulary has 4");
  }

  private static SamplerOptions.Builder plain(SamplerOptions.Builder builder) {
    return builder.temperature(1).topK(0).topP(1).minP(0).seed(7);
  }

  private static SamplerOptions options(UnaryOperator<SamplerOptions.Builder> change) {
    return change.apply(SamplerOptions.DEFAULT.toBuilder()).build();
  }

  private static Sampler sampler(UnaryOperator<SamplerOptions.Builder> change) {
    return new Sampler(options(change), 4);
  }

  private static double[] frequencies(UnaryOperator<SamplerOptions.Builder> change) {
    Sampler sampler = sampler(change);
    int[] counts = new int[4];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(LOGITS)]++;
    }
    return Arrays.stream(counts).mapToDouble(count -> (double) count / DRAWS).toArray();
  }

  private static void assertShares(double[] actual, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      // Four standard deviations of a binomial share; what is excluded must never come.
      double tolerance = 4 * Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
      assertThat(actual[i]).as("token " + i).isCloseTo(expected[i], within(tolerance));
    }
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }
}

package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@NeedsLibTorch
class LearnerBenchmarkTest {
  @Test
  void measuresWhatItSays() {
    LearnerBenchmark.Result result = LearnerBenchmark.run(Tiny.MODEL, 2, 16, 5, Tiny.options());
    assertThat(result.tokensPerSecond()).isBetween(10.0, 1e6);
    // 6 * (3 * (2*32 + 2*16 + 3*48) * 32 + 96*32) FLOP a token
    double flop = 6 * (3 * 240 * 32 + 96 * 32);
    assertThat(result.gigaflopsPerSecond()).isEqualTo(flop * result.tokensPerSecond() / 1e9);
    assertThat(TorchLearner.random(LearnerBenchmark.elevenMillion(), 1, Tiny.options()))
        .satisfies(learner -> assertThat(learner.trainedParameters()).isEqualTo(11_014_400));
  }
}

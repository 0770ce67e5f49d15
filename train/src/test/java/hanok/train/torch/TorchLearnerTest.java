package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hanok.train.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NeedsLibTorch
class TorchLearnerTest {
  @ParameterizedTest
  @EnumSource
  void learnsOneBatchByHeart(Precision precision) {
    Batch batch = Tiny.batch(4, 16, 1);
    try (TorchLearner learner =
        TorchLearner.random(Tiny.MODEL, 7, Tiny.options().withPrecision(precision))) {
      double first = learner.accumulate(batch, 1 / batch.weight()) / batch.weight();
      assertThat(first).isCloseTo(Math.log(96), within(0.1));
      assertThat(Tiny.mean(learner.nats(batch))).isCloseTo(first, within(1e-5));
      for (int i = 0; i < 60; i++) {
        learner.step(1e-2, Math.min(1, 1 / learner.gradientNorm()));
        learner.accumulate(batch, 1 / batch.weight());
      }
      assertThat(Tiny.mean(learner.nats(batch))).isLessThan(0.5);
    }
  }
}

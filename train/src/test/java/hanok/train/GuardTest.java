package hanok.train;

import static hanok.train.Guard.Verdict.ABORT;
import static hanok.train.Guard.Verdict.SKIP_NOT_FINITE;
import static hanok.train.Guard.Verdict.SKIP_SPIKE;
import static hanok.train.Guard.Verdict.TAKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static double noisy(Random random, double mean) {
    return mean + 0.1 * random.nextGaussian();
  }

  @Test
  void stepsThatAreNotFiniteAreLeftOutAndTooManyInARowEndTheRun() {
    Guard guard = new Guard(6, 10, 3);
    assertThat(guard.judge(Double.NaN, 1)).isEqualTo(SKIP_NOT_FINITE);
    assertThat(guard.judge(1, Double.POSITIVE_INFINITY)).isEqualTo(SKIP_NOT_FINITE);
    assertThat(guard.judge(1, 1)).isEqualTo(TAKE);
    for (int i = 0; i < 3; i++) {
      assertThat(guard.judge(Double.NaN, Double.NaN)).isEqualTo(SKIP_NOT_FINITE);
    }
    assertThat(guard.judge(Double.NaN, 1)).isEqualTo(ABORT);
    assertThat(guard.skipped()).isEqualTo(6);
  }

  @Test
  void spikesOfLossAndOfGradientsAreLeftOutAndDoNotChangeWhatIsUsual() {
    Random random = new Random(1);
    Guard guard = new Guard(6, 50, 1000);
    for (int step = 0; step < 500; step++) {
      assertThat(guard.judge(noisy(random, 5 - step / 250.0), noisy(random, 1))).isEqualTo(TAKE);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(guard.judge(9, 1)).isEqualTo(SKIP_SPIKE);
      assertThat(guard.judge(3, 20)).isEqualTo(SKIP_SPIKE);
    }
    assertThat(guard.judge(0.1, 0)).isEqualTo(TAKE); // far below is good news
    guard.relearn();
    assertThat(guard.judge(9, 20)).isEqualTo(TAKE);
  }

  @Test
  void theFirstStepsMayJump() {
    Guard guard = new Guard(6, 50, 10);
    for (int step = 0; step < 50; step++) {
      assertThat(guard.judge(step % 2 == 0 ? 1 : 1000, 1)).isEqualTo(TAKE);
    }
    assertThat(new Guard(0, 2, 10).judge(1e30, 1)).isEqualTo(TAKE);
  }

  @Test
  void aLossThatStandsStillIsNoReasonToCallNoiseASpike() {
    Guard guard = new Guard(6, 10, 10);
    for (int step = 0; step < 100; step++) {
      guard.judge(2, 1);
    }
    assertThat(guard.judge(2.05, 1.05)).isEqualTo(TAKE);
    assertThat(guard.judge(2.2, 1)).isEqualTo(SKIP_SPIKE);
  }

  @Test
  void whatIsUsualIsTheMeanAndTheVarianceOfEarlyStepsAndFadesLater() {
    Random random = new Random(2);
    SpikeDetector detector = new SpikeDetector(6, 10);
    double sum = 0;
    double squares = 0;
    for (int i = 1; i <= 100; i++) {
      double value = noisy(random, 3);
      sum += value;
      squares += value * value;
      detector.add(value);
      assertThat(detector.state().mean()).isCloseTo(sum / i, within(1e-9));
      double variance = squares / i - sum / i * (sum / i);
      assertThat(detector.state().variance()).isCloseTo(variance, within(1e-9));
    }
    double mean = detector.state().mean();
    for (int i = 1; i <= 200; i++) {
      detector.add(4);
      assertThat(detector.state().mean())
          .isCloseTo(4 - (4 - mean) * Math.pow(0.99, i), within(1e-9));
    }
  }

  @Test
  void aResumedGuardJudgesAsIfItHadNeverStopped() {
    Random random = new Random(3);
    Guard guard = new Guard(2, 20, 5);
    Guard resumed = new Guard(2, 20, 5);
    for (int step = 0; step < 1000; step++) {
      double loss = step % 97 == 0 ? Double.NaN : noisy(random, 3);
      double norm = noisy(random, 1);
      if (step % 50 == 0) {
        resumed = new Guard(2, 20, 5);
        resumed.restore(guard.state());
      }
      assertThat(resumed.judge(loss, norm)).isEqualTo(guard.judge(loss, norm));
    }
    assertThat(resumed.state()).isEqualTo(guard.state());
    assertThat(guard.skipped()).isGreaterThan(11);
  }

  @Test
  void aRunThatGetsNoBetterEnds() {
    EarlyStop stop = new EarlyStop(2, 0.1);
    assertThat(stop.isBest(10, 3)).isTrue();
    assertThat(stop.isBest(20, 2.95)).isFalse(); // not by 0.1
    assertThat(stop.isOver()).isFalse();
    assertThat(stop.isBest(30, 2.8)).isTrue();
    assertThat(stop.isBest(40, Double.NaN)).isFalse();
    EarlyStop resumed = new EarlyStop(2, 0.1);
    resumed.restore(stop.state());
    assertThat(resumed.isOver()).isFalse();
    assertThat(resumed.isBest(50, 2.9)).isFalse();
    assertThat(resumed.isOver()).isTrue();
    assertThat(resumed.state()).isEqualTo(new EarlyStop.State(2.8, 30, 2));
    EarlyStop patient = new EarlyStop(0, 0);
    for (int i = 0; i < 100; i++) {
      patient.isBest(i, 1);
      assertThat(patient.isOver()).isFalse();
    }
  }

  @Test
  void aRunEndsBeforeItsTimeIsUp() {
    AtomicLong nanos = new AtomicLong(5);
    TimeLimit limit = new TimeLimit(1, 600, nanos::get);
    nanos.addAndGet(Duration.ofMinutes(49).toNanos());
    assertThat(limit.seconds()).isCloseTo(59 * 60, within(1e-6));
    assertThat(limit.isOver(Duration.ofSeconds(59))).isFalse();
    assertThat(limit.isOver(Duration.ofSeconds(61))).isTrue();
    assertThat(new TimeLimit(0, 1e9, nanos::get).isOver(Duration.ofDays(9))).isFalse();
  }
}

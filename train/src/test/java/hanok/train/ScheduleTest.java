package hanok.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import hanok.train.Schedule.Decay;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
  private static final double EXACT = 1e-15;

  @Test
  void everyScheduleRisesInAStraightLineToItsPeak() {
    List<Schedule> schedules =
        List.of(
            new Schedule.Constant(0.4, 4),
            new Schedule.Decaying(0.4, 4, 20, Decay.COSINE, 0.1),
            new Schedule.Wsd(0.4, 4, 20, 0.5, Decay.LINEAR, 0));
    for (Schedule schedule : schedules) {
      assertThat(schedule.rate(0)).isCloseTo(0.1, within(EXACT));
      assertThat(schedule.rate(1)).isCloseTo(0.2, within(EXACT));
      assertThat(schedule.rate(3)).isCloseTo(0.4, within(EXACT));
      assertThat(schedule.rate(4)).isCloseTo(0.4, within(EXACT));
    }
  }

  @Test
  void withoutWarmupTheFirstStepIsAtThePeak() {
    assertThat(new Schedule.Constant(0.4, 0).rate(0)).isEqualTo(0.4);
    assertThat(new Schedule.Decaying(0.4, 0, 10, Decay.LINEAR, 0).rate(0)).isEqualTo(0.4);
    assertThat(new Schedule.Wsd(0.4, 0, 10, 1, Decay.COSINE, 0).rate(0)).isEqualTo(0.4);
  }

  @Test
  void aConstantRateStays() {
    assertThat(new Schedule.Constant(0.4, 4).rate(1_000_000_000_000L)).isEqualTo(0.4);
  }

  @Test
  void cosineFollowsItsFormula() {
    Schedule schedule = new Schedule.Decaying(3e-4, 10, 110, Decay.COSINE, 0.1);
    for (long t = 10; t < 110; t++) {
      double expected = 3e-5 + (3e-4 - 3e-5) / 2 * (1 + Math.cos(Math.PI * (t - 10) / 100.0));
      assertThat(schedule.rate(t)).isCloseTo(expected, within(1e-18));
    }
    assertThat(schedule.rate(60)).isCloseTo(1.65e-4, within(1e-12)); // half way, half down
    assertThat(schedule.rate(110)).isCloseTo(3e-5, within(EXACT));
    assertThat(schedule.rate(9999)).isCloseTo(3e-5, within(EXACT));
  }

  @Test
  void linearGoesDownByEqualSteps() {
    Schedule schedule = new Schedule.Decaying(1, 0, 4, Decay.LINEAR, 0.2);
    assertThat(schedule.rate(1)).isCloseTo(0.8, within(EXACT));
    assertThat(schedule.rate(2)).isCloseTo(0.6, within(EXACT));
    assertThat(schedule.rate(3)).isCloseTo(0.4, within(EXACT));
    assertThat(schedule.rate(4)).isCloseTo(0.2, within(EXACT));
  }

  @ParameterizedTest
  @EnumSource
  void wsdIsStableUntilItsLastPart(Decay decay) {
    var schedule = new Schedule.Wsd(1, 10, 100, 0.2, decay, 0.05);
    assertThat(schedule.decaySteps()).isEqualTo(20);
    for (long t = 9; t <= 80; t++) {
      assertThat(schedule.rate(t)).as("step %d", t).isEqualTo(1);
    }
    for (long t = 80; t < 100; t++) {
      double x = (t - 80) / 20.0;
      double left =
          switch (decay) {
            case LINEAR -> 1 - x;
            case ONE_MINUS_SQRT -> 1 - Math.sqrt(x);
            case COSINE -> 0.5 + 0.5 * Math.cos(Math.PI * x);
          };
      assertThat(schedule.rate(t)).isCloseTo(0.05 + 0.95 * left, within(EXACT));
      assertThat(schedule.rate(t + 1)).isLessThan(schedule.rate(t));
    }
    assertThat(schedule.rate(100)).isCloseTo(0.05, within(EXACT));
  }

  @Test
  void aDecayThatIsLongerThanWhatWarmupLeavesIsShortened() {
    var schedule = new Schedule.Wsd(1, 60, 100, 1, Decay.LINEAR, 0);
    assertThat(schedule.decaySteps()).isEqualTo(40);
    assertThat(schedule.rate(59)).isEqualTo(1);
    assertThat(schedule.rate(80)).isCloseTo(0.5, within(EXACT));
  }

  @Test
  void aScheduleThatIsAllWarmupOrNoDecayIsOne() {
    assertThat(new Schedule.Decaying(1, 5, 5, Decay.COSINE, 0.5).rate(5)).isEqualTo(0.5);
    assertThat(new Schedule.Wsd(1, 0, 5, 0, Decay.COSINE, 0.5).rate(4)).isEqualTo(1);
  }

  @Test
  void whatMakesNoScheduleIsRefused() {
    assertThatThrownBy(() -> new Schedule.Decaying(1, 11, 10, Decay.LINEAR, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a warmup of 11 steps, and there are 10");
    assertThatThrownBy(() -> new Schedule.Constant(Double.NaN, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Schedule.Wsd(1, 0, 10, 1.5, Decay.LINEAR, 0))
        .hasMessage("decayShare 1.5 is not in [0, 1]");
    assertThatThrownBy(() -> new Schedule.Decaying(1, 0, 10, Decay.LINEAR, 2))
        .hasMessage("minFactor 2.0 is not in [0, 1]");
  }
}

package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import hanok.train.Schedule;

/**
 * How the learning rate goes.
 *
 * @param kind {@code wsd} by default
 * @param warmup steps; 100 by default, or a tenth of all steps if they are fewer than 1000
 * @param decayShare of {@code wsd}: the last part of all steps; 0.2 by default
 * @param decay of {@code wsd}: {@code one_minus_sqrt} by default
 * @param minFactor what is left of the peak at the end; 0.05 by default
 */
public record ScheduleSettings(
    Kind kind, Long warmup, Double decayShare, Schedule.Decay decay, Double minFactor) {

  /** The schedules that there are. */
  public enum Kind {
    CONSTANT,
    LINEAR,
    COSINE,
    WSD
  }

  private static final long WARMUP_UNSAID = -1;

  /** Warmup, stable, decay. */
  public static final ScheduleSettings DEFAULT =
      new ScheduleSettings(Kind.WSD, WARMUP_UNSAID, 0.2, Schedule.Decay.ONE_MINUS_SQRT, 0.05);

  public ScheduleSettings {
    kind = requireNonNullElse(kind, Kind.WSD);
    if (warmup == null) {
      warmup = WARMUP_UNSAID;
    } else {
      Check.that(warmup >= WARMUP_UNSAID, "schedule.warmup is %d, and must be at least 0", warmup);
    }
    decayShare = requireNonNullElse(decayShare, 0.2);
    decay = requireNonNullElse(decay, Schedule.Decay.ONE_MINUS_SQRT);
    minFactor = requireNonNullElse(minFactor, 0.05);
    Check.that(
        decayShare >= 0 && decayShare <= 1,
        "schedule.decay_share is %s, and must be in [0, 1]",
        decayShare);
    Check.that(
        minFactor >= 0 && minFactor <= 1,
        "schedule.min_factor is %s, and must be in [0, 1]",
        minFactor);
  }

  /**
   * The schedule of a run.
   *
   * @throws IllegalArgumentException if its warmup is longer than the run
   */
  public Schedule of(double peak, long steps) {
    long rising = warmup == WARMUP_UNSAID ? Math.min(100, steps / 10) : warmup;
    Check.that(rising <= steps, "schedule.warmup is %d, and there are %d steps", rising, steps);
    return switch (kind) {
      case CONSTANT -> new Schedule.Constant(peak, rising);
      case LINEAR -> new Schedule.Decaying(peak, rising, steps, Schedule.Decay.LINEAR, minFactor);
      case COSINE -> new Schedule.Decaying(peak, rising, steps, Schedule.Decay.COSINE, minFactor);
      case WSD -> new Schedule.Wsd(peak, rising, steps, decayShare, decay, minFactor);
    };
  }
}

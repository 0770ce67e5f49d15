package hanok.train;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Ends a run after so much wall clock, all parts of a resumed run together. */
public final class TimeLimit {
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double NANOS_PER_SECOND = 1e9;

  private final double hours;
  private final double secondsBefore;
  private final LongSupplier nanoClock;
  private final long start;

  /**
   * Begins now.
   *
   * @param hours 0 for any number
   * @param secondsBefore what earlier parts of the run have taken
   */
  public TimeLimit(double hours, double secondsBefore) {
    this(hours, secondsBefore, System::nanoTime);
  }

  TimeLimit(double hours, double secondsBefore, LongSupplier nanoClock) {
    this.hours = hours;
    this.secondsBefore = secondsBefore;
    this.nanoClock = nanoClock;
    start = nanoClock.getAsLong();
  }

  /** What the run has taken, in seconds. */
  public double seconds() {
    return secondsBefore + (nanoClock.getAsLong() - start) / NANOS_PER_SECOND;
  }

  /**
   * Whether the run should end, so that what comes next does not pass the limit.
   *
   * @param next how long that takes: a step, and saving it
   */
  public boolean isOver(Duration next) {
    return hours > 0 && seconds() + next.toNanos() / NANOS_PER_SECOND > hours * SECONDS_PER_HOUR;
  }
}

package hanok.train;

/**
 * Notices numbers that are far above what was usual: more than so many standard deviations above an
 * exponential moving mean. What is a spike does not change what is usual, or the next one would
 * pass. Not for several threads at once.
 */
public final class SpikeDetector {
  /** A step counts half of what the step 69 steps after it does. */
  private static final double KEEP = 0.99;

  /** Noise below a hundredth of the mean is never a spike. */
  private static final double DEVIATION_MIN = 0.01;

  /**
   * What is usual.
   *
   * @param steps that it was learned from
   * @param mean of them
   * @param variance of them
   */
  public record State(long steps, double mean, double variance) {
    /** Nothing is known. */
    public static final State NONE = new State(0, 0, 0);

    private State plus(double value) {
      // The first steps count equally, as if the mean had always been theirs.
      double keep = Math.min(KEEP, steps / (steps + 1.0));
      double away = value - mean;
      return new State(
          steps + 1, mean + (1 - keep) * away, keep * (variance + (1 - keep) * away * away));
    }
  }

  private final double zScore;
  private final int warmup;
  private State state = State.NONE;

  /**
   * @param zScore standard deviations above the mean; 0 for never
   * @param warmup values before any is a spike
   */
  public SpikeDetector(double zScore, int warmup) {
    this.zScore = zScore;
    this.warmup = warmup;
  }

  /** Whether a finite value would be a spike; changes nothing. */
  public boolean isSpike(double value) {
    double deviation =
        Math.max(Math.sqrt(state.variance()), DEVIATION_MIN * Math.abs(state.mean()));
    return zScore > 0 && state.steps() >= warmup && value - state.mean() > zScore * deviation;
  }

  /** Learns what is usual from a value that was no spike. */
  public void add(double value) {
    state = state.plus(value);
  }

  /** Learns anew what is usual. */
  void relearn() {
    state = State.NONE;
  }

  /** What a resumed run needs. */
  public State state() {
    return state;
  }

  public void restore(State saved) {
    state = saved;
  }
}

package hanok.train;

/**
 * The learning rate of each step, counted from 0: a pure function. Every schedule rises in a
 * straight line over its warmup ({@code peak * (step + 1) / warmup}) and is at its peak in the
 * first step behind that. The last step is {@code steps - 1}; from {@code steps} on, the rate is
 * {@code peak * minFactor}.
 */
public sealed interface Schedule {

  /** How a rate goes down. {@code x} is 0 at the peak and 1 at the minimum. */
  enum Decay {
    LINEAR,
    /** {@code 1 - sqrt(x)}: steep at first, as Hägele et al. (2024) found best. */
    ONE_MINUS_SQRT,
    COSINE;

    /** How much of the way from the minimum to the peak is left: 1 at {@code x = 0}, 0 at 1. */
    public double left(double x) {
      return switch (this) {
        case LINEAR -> 1 - x;
        case ONE_MINUS_SQRT -> 1 - Math.sqrt(x);
        case COSINE -> (1 + Math.cos(Math.PI * x)) / 2;
      };
    }
  }

  /** The learning rate of a step. */
  double rate(long step);

  /** The highest rate. */
  double peak();

  /** Stays at its peak. */
  record Constant(double peak, long warmup) implements Schedule {
    public Constant {
      Rates.requirePeak(peak);
      Rates.requireWarmup(warmup, Long.MAX_VALUE);
    }

    @Override
    public double rate(long step) {
      return step < warmup ? Rates.warmup(peak, warmup, step) : peak;
    }
  }

  /** Goes down from the end of the warmup to the last step. */
  record Decaying(double peak, long warmup, long steps, Decay decay, double minFactor)
      implements Schedule {
    public Decaying {
      Rates.requirePeak(peak);
      Rates.requireWarmup(warmup, steps);
      Rates.requireMinFactor(minFactor);
    }

    @Override
    public double rate(long step) {
      return step < warmup
          ? Rates.warmup(peak, warmup, step)
          : Rates.decayed(peak, minFactor, decay, step - warmup, steps - warmup);
    }
  }

  /**
   * Warmup, stable, decay: stays at its peak, and goes down over the last part only.
   *
   * @param decayShare of all steps, in {@code [0, 1]}; what warmup leaves of it
   */
  record Wsd(double peak, long warmup, long steps, double decayShare, Decay decay, double minFactor)
      implements Schedule {
    public Wsd {
      Rates.requirePeak(peak);
      Rates.requireWarmup(warmup, steps);
      Rates.requireMinFactor(minFactor);
      if (!(decayShare >= 0 && decayShare <= 1)) {
        throw new IllegalArgumentException("decayShare %s is not in [0, 1]".formatted(decayShare));
      }
    }

    /** How many steps, at the end, the rate goes down. */
    public long decaySteps() {
      return Math.min(steps - warmup, Math.round(decayShare * steps));
    }

    @Override
    public double rate(long step) {
      long from = steps - decaySteps();
      if (step < warmup) {
        return Rates.warmup(peak, warmup, step);
      }
      return step < from ? peak : Rates.decayed(peak, minFactor, decay, step - from, steps - from);
    }
  }
}

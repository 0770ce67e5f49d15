package hanok.train;

/** The parts that schedules are made of. */
final class Rates {
  private Rates() {}

  static double warmup(double peak, long warmup, long step) {
    return peak * (step + 1) / warmup;
  }

  /** The rate after some of the steps of a decay; the minimum from the end on. */
  static double decayed(
      double peak, double minFactor, Schedule.Decay decay, long step, long steps) {
    double min = peak * minFactor;
    return step >= steps ? min : min + (peak - min) * decay.left((double) step / steps);
  }

  static void requirePeak(double peak) {
    if (!(peak > 0 && Double.isFinite(peak))) {
      throw new IllegalArgumentException("peak learning rate %s is not above 0".formatted(peak));
    }
  }

  static void requireWarmup(long warmup, long steps) {
    if (warmup < 0 || warmup > steps) {
      throw new IllegalArgumentException(
          "a warmup of %d steps, and there are %d".formatted(warmup, steps));
    }
  }

  static void requireMinFactor(double minFactor) {
    if (!(minFactor >= 0 && minFactor <= 1)) {
      throw new IllegalArgumentException("minFactor %s is not in [0, 1]".formatted(minFactor));
    }
  }
}

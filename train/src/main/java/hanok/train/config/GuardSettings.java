package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * What to do about steps that go wrong: they are left out, and the run ends if too many do.
 *
 * @param spike how many standard deviations above its moving mean a loss or a norm of gradients may
 *     be; 6 by default, 0 for any
 * @param warmup steps before that is judged; 100 by default
 * @param skips steps left out in a row before the run ends; 10 by default
 */
public record GuardSettings(Double spike, Integer warmup, Integer skips) {
  public static final GuardSettings DEFAULT = new GuardSettings(6.0, 100, 10);

  public GuardSettings {
    spike = requireNonNullElse(spike, 6.0);
    warmup = requireNonNullElse(warmup, 100);
    skips = requireNonNullElse(skips, 10);
    Check.that(spike == 0 || spike >= 1, "guard.spike is %s, and must be 0 or at least 1", spike);
    Check.atLeast("guard.warmup", warmup, 2);
    Check.atLeast("guard.skips", skips, 1);
  }
}

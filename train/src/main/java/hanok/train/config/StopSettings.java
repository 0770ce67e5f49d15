package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * When a run ends before its last step.
 *
 * @param patience measurements without improvement; 0, the default, for any number
 * @param improvement what counts as one, in the unit that is measured; 0 by default
 * @param hours of wall clock, all parts of a resumed run together; 0, the default, for any number
 */
public record StopSettings(Integer patience, Double improvement, Double hours) {
  public static final StopSettings DEFAULT = new StopSettings(0, 0.0, 0.0);

  public StopSettings {
    patience = requireNonNullElse(patience, 0);
    improvement = requireNonNullElse(improvement, 0.0);
    hours = requireNonNullElse(hours, 0.0);
    Check.atLeast("stop.patience", patience, 0);
    Check.that(improvement >= 0, "stop.improvement is %s, and must be at least 0", improvement);
    Check.that(hours >= 0, "stop.hours is %s, and must be at least 0", hours);
  }
}

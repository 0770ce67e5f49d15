package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * When a run is saved.
 *
 * @param every steps; 500 by default
 * @param keep how many of the latest stay; 3 by default
 */
public record CheckpointSettings(Long every, Integer keep) {
  public static final CheckpointSettings DEFAULT = new CheckpointSettings(500L, 3);

  public CheckpointSettings {
    every = requireNonNullElse(every, 500L);
    keep = requireNonNullElse(keep, 3);
    Check.atLeast("checkpoint.every", every, 1);
    Check.atLeast("checkpoint.keep", keep, 1);
  }
}

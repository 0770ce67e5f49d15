package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * When a run is saved, and how.
 *
 * @param every steps; 500 by default
 * @param keep how many of the latest stay; 3 by default
 * @param async whether the run goes on while its copy is written, which takes memory for one; yes
 *     by default
 */
public record CheckpointSettings(Long every, Integer keep, Boolean async) {
  public static final CheckpointSettings DEFAULT = new CheckpointSettings(500L, 3, true);

  public CheckpointSettings {
    every = requireNonNullElse(every, 500L);
    keep = requireNonNullElse(keep, 3);
    async = requireNonNullElse(async, true);
    Check.atLeast("checkpoint.every", every, 1);
    Check.atLeast("checkpoint.keep", keep, 1);
  }
}

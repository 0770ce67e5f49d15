package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shards of tokens, mixed; in one stage, or in two as EXAONE: general text first, then more of what
 * experts write.
 *
 * @param train what is learned from
 * @param valid what the model is measured by; none by default
 * @param expertFrom the share of all steps after which {@code expert_weight} decides; 1, the
 *     default, for never
 * @param acrossDocuments whether attention passes from a document into the next one of its row;
 *     false by default
 */
public record PretrainData(
    List<ShardSource> train, List<Path> valid, Double expertFrom, Boolean acrossDocuments) {

  /**
   * A folder of shards.
   *
   * @param name for reports; the name of the folder by default
   * @param weight in the mixture; 1 by default. Only ratios count
   * @param expertWeight in the second stage; {@code weight} by default
   */
  public record ShardSource(String name, Path path, Double weight, Double expertWeight) {
    public ShardSource {
      path = Check.present("data.train.path", path);
      name = requireNonNullElse(name, String.valueOf(path.getFileName()));
      weight = requireNonNullElse(weight, 1.0);
      expertWeight = requireNonNullElse(expertWeight, weight);
      requireWeight("weight", name, weight);
      requireWeight("expert_weight", name, expertWeight);
    }

    private static void requireWeight(String key, String name, double weight) {
      Check.that(
          weight >= 0 && Double.isFinite(weight),
          "%s of %s is %s, and must be at least 0",
          key,
          name,
          weight);
    }
  }

  public PretrainData {
    train = List.copyOf(Check.present("data.train", train));
    valid = valid == null ? List.of() : List.copyOf(valid);
    expertFrom = requireNonNullElse(expertFrom, 1.0);
    acrossDocuments = requireNonNullElse(acrossDocuments, false);
    Check.that(!train.isEmpty(), "data.train is empty");
    Check.that(
        expertFrom > 0 && expertFrom <= 1,
        "data.expert_from is %s, and must be above 0 and at most 1",
        expertFrom);
    Set<String> names = new HashSet<>();
    for (ShardSource source : train) {
      Check.that(names.add(source.name()), "data.train has two sources named %s", source.name());
    }
    requireSome("weight", train.stream().mapToDouble(ShardSource::weight).sum());
    requireSome("expert_weight", train.stream().mapToDouble(ShardSource::expertWeight).sum());
  }

  private static void requireSome(String key, double sum) {
    Check.that(sum > 0, "every %s of data.train is 0", key);
  }

  /** The first step of the second stage; {@code steps} if there is none. */
  public long expertStep(long steps) {
    return Math.max(1, Math.round(expertFrom * steps));
  }
}

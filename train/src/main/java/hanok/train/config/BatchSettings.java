package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * How many tokens a step learns from, and how they are cut.
 *
 * @param tokens a step, padding included; 32,768 by default
 * @param microRows rows in memory at a time; 8 by default, or all of a step if it has fewer
 * @param length tokens a row; 1024 by default
 */
public record BatchSettings(Long tokens, Integer microRows, Integer length) {
  /** 32 rows of 1024 tokens, 8 at a time. */
  public static final BatchSettings DEFAULT = new BatchSettings(32_768L, 8, 1024);

  public BatchSettings {
    length = requireNonNullElse(length, 1024);
    tokens = requireNonNullElse(tokens, 32_768L);
    Check.atLeast("batch.length", length, 2);
    Check.that(
        tokens >= length && tokens % length == 0,
        "batch.tokens is %d, and must be a multiple of batch.length, %d",
        tokens,
        length);
    long rows = tokens / length;
    microRows = requireNonNullElse(microRows, (int) Math.min(8, rows));
    Check.that(
        microRows >= 1 && microRows <= rows,
        "batch.micro_rows is %d, and must be in [1, %d], the rows of a step",
        microRows,
        rows);
  }

  /** Rows of a step. */
  public int rows() {
    return Math.toIntExact(tokens / length);
  }
}

package hanok.train.watch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What was measured at a step.
 *
 * @param step of the optimiser, counted from 1: so many were taken
 * @param values by name, in the order to show; may be not finite
 */
public record Metrics(long step, SequencedMap<String, Double> values) {
  public static final String LOSS = "train/loss";
  public static final String LEARNING_RATE = "train/learning_rate";
  public static final String GRADIENT_NORM = "train/gradient_norm";
  public static final String TOKENS_PER_SECOND = "train/tokens_per_second";

  /** The share of what the device could do at best (MFU). */
  public static final String UTILISATION = "train/mfu";

  public static final String MEMORY_BYTES = "train/memory_bytes";
  public static final String EPOCHS = "train/epochs";
  public static final String SKIPPED = "train/skipped_steps";

  /** With the name of a language or a set behind it. */
  public static final String VALID_LOSS = "valid/loss/";

  /** With the name of a language or a set behind it. */
  public static final String BITS_PER_BYTE = "valid/bits_per_byte/";

  public Metrics {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  public Metrics(long step) {
    this(step, new LinkedHashMap<>());
  }

  /** These, and one more. */
  public Metrics with(String name, double value) {
    SequencedMap<String, Double> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Metrics(step, more);
  }

  /** A value, not a number if it was not measured. */
  public double value(String name) {
    return values.getOrDefault(name, Double.NaN);
  }
}

package hanok.train.run;

import hanok.token.Tokenizer;
import hanok.train.Batch;
import hanok.train.Learner;
import hanok.train.data.BitsPerByte;
import hanok.train.watch.Metrics;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Text that a model is measured by and never learns.
 *
 * @param sets batches of each language, or of each file of chats
 */
public record Validation(Tokenizer tokenizer, SequencedMap<String, List<Batch>> sets) {

  /** Whether there is anything to measure by. */
  public boolean isEmpty() {
    return sets.values().stream().allMatch(List::isEmpty);
  }

  /** Adds loss and bits per byte of each set. */
  Metrics measure(Learner learner, Metrics metrics) {
    Metrics measured = metrics;
    for (Map.Entry<String, List<Batch>> set : sets.entrySet()) {
      BitsPerByte bits = new BitsPerByte(tokenizer);
      for (Batch batch : set.getValue()) {
        bits.add(batch, learner.nats(batch));
      }
      if (!set.getValue().isEmpty()) {
        measured = measured.with(Metrics.VALID_LOSS + set.getKey(), bits.loss());
        measured = measured.with(Metrics.BITS_PER_BYTE + set.getKey(), bits.value());
      }
    }
    return measured;
  }

  /** The mean of the bits per byte of all sets: what must fall for a run to get better. */
  static double mean(Metrics metrics) {
    return metrics.values().entrySet().stream()
        .filter(value -> value.getKey().startsWith(Metrics.BITS_PER_BYTE))
        .mapToDouble(Map.Entry::getValue)
        .average()
        .orElse(Double.NaN);
  }
}

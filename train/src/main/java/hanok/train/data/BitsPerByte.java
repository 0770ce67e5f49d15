package hanok.train.data;

import hanok.token.Tokenizer;
import hanok.train.Batch;

/**
 * How many bits a model needs for a byte of text: the sum of its losses, in bits, over the bytes of
 * the tokens that it foretold. Unlike the loss a token it can be compared between tokenizers.
 * Control tokens spell no text, so neither their losses nor their bytes count; nor does what weighs
 * 0.
 */
public final class BitsPerByte {
  private static final double NATS_PER_BIT = Math.log(2);

  private final int[] bytesById;
  private double nats;
  private long bytes;
  private double lossSum;
  private double weightSum;

  public BitsPerByte(Tokenizer tokenizer) {
    bytesById = new int[tokenizer.vocab()];
    for (int id = 0; id < bytesById.length; id++) {
      bytesById[id] = tokenizer.isControl(id) ? 0 : tokenizer.byteLength(id);
    }
  }

  /**
   * Adds a batch.
   *
   * @param losses of its targets, in nats
   */
  public void add(Batch batch, float[] losses) {
    if (losses.length != batch.targets().length) {
      throw new IllegalArgumentException(
          "%d losses for %d targets".formatted(losses.length, batch.targets().length));
    }
    for (int i = 0; i < losses.length; i++) {
      float weight = batch.weights()[i];
      if (weight == 0) {
        continue;
      }
      lossSum += weight * losses[i];
      weightSum += weight;
      int length = bytesById[batch.targets()[i]];
      if (length > 0) {
        nats += losses[i];
        bytes += length;
      }
    }
  }

  /** Bits per byte of all that was added; not a number if nothing was. */
  public double value() {
    return nats / NATS_PER_BIT / bytes;
  }

  /** The mean loss of a target in nats, control tokens included; not a number without targets. */
  public double loss() {
    return lossSum / weightSum;
  }

  /** Bytes of text that were foretold. */
  public long bytes() {
    return bytes;
  }
}

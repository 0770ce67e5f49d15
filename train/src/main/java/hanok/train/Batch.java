package hanok.train;

import java.util.Arrays;

/**
 * Rows of tokens for one pass through a model. Every array has {@code rows * length}
 * numbers, row by row.
 *
 * <p>A row may hold several documents: attention stays within equal {@code documents} of a row, and
 * positions begin anew at 0 in each.
 *
 * @param rows how many rows
 * @param length tokens a row
 * @param inputs token ids
 * @param targets the ids that are to follow them; of no meaning where the weight is 0
 * @param weights what each target counts in the loss; 0 for prompts and padding
 * @param positions of the inputs, for RoPE
 * @param documents numbers that tell the documents of a row apart, rising within a row
 */
public record Batch(
    int rows,
    int length,
    int[] inputs,
    int[] targets,
    float[] weights,
    int[] positions,
    int[] documents) {

  public Batch {
    int expected = Math.multiplyExact(rows, length);
    require("inputs", inputs.length, expected);
    require("targets", targets.length, expected);
    require("weights", weights.length, expected);
    require("positions", positions.length, expected);
    require("documents", documents.length, expected);
  }

  /** One document of which nothing is to be learned. */
  public static Batch of(int[] ids) {
    int[] positions = new int[ids.length];
    Arrays.setAll(positions, i -> i);
    int[] zeros = new int[ids.length];
    return new Batch(1, ids.length, ids, zeros, new float[ids.length], positions, zeros);
  }

  private static void require(String what, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "%d %s, but rows times length is %d".formatted(length, what, expected));
    }
  }

  /**
   * Some of the rows, as a batch.
   *
   * @param from the first
   * @param to behind the last
   */
  public Batch rows(int from, int to) {
    int begin = from * length;
    int end = to * length;
    return new Batch(
        to - from,
        length,
        Arrays.copyOfRange(inputs, begin, end),
        Arrays.copyOfRange(targets, begin, end),
        Arrays.copyOfRange(weights, begin, end),
        Arrays.copyOfRange(positions, begin, end),
        Arrays.copyOfRange(documents, begin, end));
  }

  /** The sum of the weights: what a sum of losses is divided by. */
  public double weight() {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }
}

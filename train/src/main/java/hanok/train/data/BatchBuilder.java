package hanok.train.data;

import hanok.train.Batch;
import java.util.Arrays;

/** A batch that is being filled. What is not put is padding: a document of its own, weight 0. */
final class BatchBuilder {
  private final int rows;
  private final int length;
  private final int[] inputs;
  private final int[] targets;
  private final float[] weights;
  private final int[] positions;
  private final int[] documents;

  BatchBuilder(int rows, int length) {
    if (rows < 1 || length < 1) {
      throw new IllegalArgumentException("%d rows of %d tokens".formatted(rows, length));
    }
    this.rows = rows;
    this.length = length;
    int size = Math.multiplyExact(rows, length);
    inputs = new int[size];
    targets = new int[size];
    weights = new float[size];
    positions = new int[size];
    documents = new int[size];
  }

  int length() {
    return length;
  }

  void put(int row, int column, int input, int target, float weight, int position, int document) {
    int at = row * length + column;
    inputs[at] = input;
    targets[at] = target;
    weights[at] = weight;
    positions[at] = position;
    documents[at] = document;
  }

  /** Fills the rest of a row. */
  void pad(int row, int from, int token, int document) {
    int end = (row + 1) * length;
    Arrays.fill(inputs, row * length + from, end, token);
    Arrays.fill(targets, row * length + from, end, token);
    for (int i = from; i < length; i++) {
      positions[row * length + i] = i - from;
      documents[row * length + i] = document;
    }
  }

  Batch build() {
    return new Batch(rows, length, inputs, targets, weights, positions, documents);
  }
}

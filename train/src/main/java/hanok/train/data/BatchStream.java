package hanok.train.data;

import hanok.train.Batch;

/**
 * Rows to learn from, without end. The order depends on the data and the seed alone, not on how
 * many rows are taken at a time. Not for several threads at once.
 */
public interface BatchStream {

  /** Tokens a row. */
  int length();

  /** Rows of the first epoch; others have about as many. */
  long rowsPerEpoch();

  /** The next rows. */
  Batch next(int rows);

  /** How often the data has been read through. */
  double epochs();

  /** Where the stream is; taken between two batches. */
  DataState state();

  /**
   * Goes to where a stream of the same data was.
   *
   * @throws IllegalArgumentException if the data, the length or the seed are not the same
   */
  void restore(DataState state);
}

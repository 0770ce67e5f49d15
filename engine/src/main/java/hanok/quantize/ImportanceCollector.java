package hanok.quantize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Sums up the squares of what matrices are multiplied by, for an {@link ImportanceMatrix}. */
public final class ImportanceCollector {
  private final Map<String, Columns> tensors = new LinkedHashMap<>();

  /** Of one matrix. */
  private static final class Columns {
    private final double[] squares;
    private long count;

    Columns(int columns) {
      squares = new double[columns];
    }
  }

  /**
   * Adds the vectors that a matrix is multiplied by.
   *
   * @param vectors {@code [count][columns]}
   */
  public void add(String matrix, float[] vectors, int count, int columns) {
    Columns seen = tensors.computeIfAbsent(matrix, name -> new Columns(columns));
    double[] squares = seen.squares;
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < columns; i++) {
        double value = vectors[row * columns + i];
        squares[i] += value * value;
      }
    }
    seen.count += count;
  }

  /**
   * What has been seen so far.
   *
   * @param name of the file that it will be
   * @param chunks pieces of text that were computed
   * @param chunkTokens tokens of a piece
   * @param dataset name of the text
   * @throws ArithmeticException if a sum is not finite
   */
  public ImportanceMatrix matrix(String name, int chunks, int chunkTokens, String dataset) {
    SequencedMap<String, ImportanceMatrix.Sums> sums = new TreeMap<>();
    tensors.forEach((tensor, seen) -> {
      float[] squares = new float[seen.squares.length];
      for (int i = 0; i < squares.length; i++) {
        squares[i] = (float) seen.squares[i];
        if (!Float.isFinite(squares[i])) {
          throw new ArithmeticException(
              "%s: column %d sums to %s".formatted(tensor, i, squares[i]));
        }
      }
      sums.put(tensor, new ImportanceMatrix.Sums(squares, seen.count));
    });
    return new ImportanceMatrix(name, sums, chunks, chunkTokens, List.of(dataset));
  }
}

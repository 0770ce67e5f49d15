package hanok.train.data;

import java.util.List;

/**
 * A place in a {@link BatchStream}; there is nothing random beyond it.
 *
 * @param taken rows that were taken of each set
 * @param data tells one choice of sets, lengths and seeds from another
 */
public record DataState(List<Long> taken, String data) {
  public DataState {
    taken = List.copyOf(taken);
  }

  /** All rows that were taken. */
  public long rows() {
    return taken.stream().mapToLong(Long::longValue).sum();
  }

  void require(String expected, int sets) {
    if (!data.equals(expected) || taken.size() != sets) {
      throw new IllegalArgumentException(
          "the data is not what it was: it is %s, and was %s".formatted(expected, data));
    }
    for (long rows : taken) {
      if (rows < 0) {
        throw new IllegalArgumentException("%d rows were taken".formatted(rows));
      }
    }
  }
}

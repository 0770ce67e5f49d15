package hanok.token.train;

import static java.util.Comparator.comparingLong;

import java.util.List;
import java.util.PriorityQueue;

/**
 * Applies merges to the symbols of one piece: of all neighbours that may merge those whose merge
 * was learned first, the leftmost of equals. Immutable and thread-safe.
 */
final class RankEncoder {
  private static final long NONE = Long.MAX_VALUE;

  /** Pieces of more symbols are merged with a queue rather than by searching again and again. */
  private static final int SHORT_MAX = 128;

  private final PairCounts merges; // pair to rank << 32 | result, plus 1

  RankEncoder(List<Lexicon.Merge> learned) {
    merges = new PairCounts(learned.size());
    for (int rank = 0; rank < learned.size(); rank++) {
      put(learned.get(rank), rank);
    }
  }

  private RankEncoder(int pairs) {
    merges = new PairCounts(pairs);
  }

  /** As tiktoken merges: the rank of a merge is the id of its result, however that is split. */
  static RankEncoder byResult(List<Lexicon.Merge> merges) {
    RankEncoder encoder = new RankEncoder(merges.size());
    merges.forEach(merge -> encoder.put(merge, merge.result()));
    return encoder;
  }

  private void put(Lexicon.Merge merge, int rank) {
    long pair = PairCounts.pair(merge.left(), merge.right());
    merges.add(pair, ((long) rank << 32 | merge.result()) + 1 - merges.of(pair));
  }

  /**
   * Merges {@code symbols[start, start + size)}, none of them negative, in their place and returns
   * how many are left.
   *
   * @param ranks room for as many numbers as there are symbols
   */
  int encode(int[] symbols, int start, int size, long[] ranks) {
    if (size > SHORT_MAX) {
      return new Chain(symbols, start, size).merge();
    }
    for (int i = 0; i + 1 < size; i++) {
      ranks[i] = rank(symbols[start + i], symbols[start + i + 1]);
    }
    int left = size;
    while (true) {
      int best = best(ranks, left - 1);
      if (best < 0) {
        return left;
      }
      int at = start + best;
      symbols[at] = (int) ranks[best];
      System.arraycopy(symbols, at + 2, symbols, at + 1, left - best - 2);
      if (best + 2 < left) {
        System.arraycopy(ranks, best + 2, ranks, best + 1, left - best - 3);
      }
      left--;
      if (best > 0) {
        ranks[best - 1] = rank(symbols[at - 1], symbols[at]);
      }
      if (best + 1 < left) {
        ranks[best] = rank(symbols[at], symbols[at + 1]);
      }
    }
  }

  private static int best(long[] ranks, int pairs) {
    int best = -1;
    long least = NONE;
    for (int i = 0; i < pairs; i++) {
      if (ranks[i] < least) {
        least = ranks[i];
        best = i;
      }
    }
    return best;
  }

  private long rank(int left, int right) {
    long value = merges.of(PairCounts.pair(left, right));
    return value == 0 ? NONE : value - 1;
  }

  /** A long piece as a list of symbols, each linked with its neighbours. */
  private final class Chain {
    /** A place where two symbols merge, if both are still there. */
    private record Place(long rank, int at, int left, int right) {}

    private final int[] symbols;
    private final int start;
    private final int size;
    private final int[] next;
    private final int[] previous;
    private final PriorityQueue<Place> places =
        new PriorityQueue<>(comparingLong(Place::rank).thenComparingInt(Place::at));

    Chain(int[] symbols, int start, int size) {
      this.symbols = symbols;
      this.start = start;
      this.size = size;
      next = new int[size];
      previous = new int[size];
      for (int i = 0; i < size; i++) {
        next[i] = i + 1;
        previous[i] = i - 1;
      }
      for (int i = 0; i + 1 < size; i++) {
        offer(i);
      }
    }

    int merge() {
      for (Place place = places.poll(); place != null; place = places.poll()) {
        int at = place.at();
        int gone = next[at];
        if (symbols[start + at] != place.left()
            || gone >= size
            || symbols[start + gone] != place.right()) {
          continue;
        }
        symbols[start + at] = (int) place.rank();
        symbols[start + gone] = -1;
        next[at] = next[gone];
        if (next[at] < size) {
          previous[next[at]] = at;
          offer(at);
        }
        if (previous[at] >= 0) {
          offer(previous[at]);
        }
      }
      int left = 0;
      for (int i = 0; i < size; i = next[i]) {
        symbols[start + left++] = symbols[start + i];
      }
      return left;
    }

    private void offer(int at) {
      int left = symbols[start + at];
      int right = symbols[start + next[at]];
      long rank = rank(left, right);
      if (rank != NONE) {
        places.add(new Place(rank, at, left, right));
      }
    }
  }
}

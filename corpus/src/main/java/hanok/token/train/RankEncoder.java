package hanok.token.train;

import java.util.List;

/**
 * Applies merges to the symbols of one piece: of all neighbours that may merge those whose merge
 * was learned first, the leftmost of equals. Immutable and thread-safe.
 */
final class RankEncoder {
  private static final long NONE = Long.MAX_VALUE;

  private final PairCounts merges; // pair to rank << 32 | result, plus 1

  RankEncoder(List<Lexicon.Merge> learned) {
    merges = new PairCounts(learned.size());
    for (int rank = 0; rank < learned.size(); rank++) {
      Lexicon.Merge merge = learned.get(rank);
      long pair = PairCounts.pair(merge.left(), merge.right());
      merges.add(pair, ((long) rank << 32 | merge.result()) + 1 - merges.of(pair));
    }
  }

  /**
   * Merges {@code symbols[start, start + size)}, none of them negative, in their place and returns
   * how many are left.
   *
   * @param ranks room for as many numbers as there are symbols
   */
  int encode(int[] symbols, int start, int size, long[] ranks) {
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
}

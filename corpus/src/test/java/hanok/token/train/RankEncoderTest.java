package hanok.token.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankEncoderTest {
  private static final int LETTERS = 3;

  /** Random merges of letters and of what merges made. */
  private static List<Lexicon.Merge> merges(Random random) {
    List<Lexicon.Merge> merges = new ArrayList<>();
    int tokens = LETTERS;
    for (int i = 0; i < 30; i++) {
      merges.add(new Lexicon.Merge(random.nextInt(tokens), random.nextInt(tokens), tokens++));
    }
    return merges;
  }

  /** Applies one merge after the other to the whole piece: what training did. */
  private static List<Integer> plain(List<Integer> piece, List<Lexicon.Merge> merges) {
    List<Integer> symbols = new ArrayList<>(piece);
    while (true) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = rank(symbols.get(i), symbols.get(i + 1), merges);
        if (rank >= 0 && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, merges.get(bestRank).result());
      symbols.subList(best + 1, best + 2).clear();
    }
  }

  private static int rank(int left, int right, List<Lexicon.Merge> merges) {
    for (int rank = merges.size() - 1; rank >= 0; rank--) {
      if (merges.get(rank).left() == left && merges.get(rank).right() == right) {
        return rank;
      }
    }
    return -1;
  }

  @Test
  void shortAndLongPiecesAreMergedByRank() {
    Random random = new Random(42);
    for (int round = 0; round < 400; round++) {
      List<Lexicon.Merge> merges = merges(random);
      int size = random.nextInt(round % 4 == 0 ? 400 : 40);
      List<Integer> piece = random.ints(size, 0, LETTERS).boxed().toList();
      int[] symbols = new int[size + 2];
      for (int i = 0; i < size; i++) {
        symbols[i + 1] = piece.get(i);
      }
      int left = new RankEncoder(merges).encode(symbols, 1, size, new long[size]);
      List<Integer> ours = Arrays.stream(symbols, 1, 1 + left).boxed().toList();
      assertThat(ours).as("%s with %s", piece, merges).isEqualTo(plain(piece, merges));
    }
  }

  @Test
  void aPieceOfAMillionSymbolsTakesNoMinutes() {
    List<Lexicon.Merge> merges =
        List.of(new Lexicon.Merge(0, 0, 1), new Lexicon.Merge(1, 1, 2), new Lexicon.Merge(2, 2, 3));
    int[] symbols = new int[1 << 20];
    long start = System.nanoTime();
    int left = new RankEncoder(merges).encode(symbols, 0, symbols.length, new long[0]);
    assertThat(left).isEqualTo(1 << 17);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }
}

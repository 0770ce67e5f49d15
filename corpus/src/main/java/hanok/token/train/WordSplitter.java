package hanok.token.train;

import org.jspecify.annotations.Nullable;

/** Makes {@link Words} of pieces. Where the alphabet lacks something, a word ends. */
final class WordSplitter {
  private final PieceTable pieces;
  private final Alphabet alphabet;
  private final Words words;
  private int[] ids = new int[256];
  private long[] ranks = new long[256];

  private WordSplitter(PieceTable pieces, Alphabet alphabet) {
    this.pieces = pieces;
    this.alphabet = alphabet;
    int bytes = pieces.size() == 0 ? 0 : pieces.end(pieces.size() - 1);
    words = new Words(pieces.size(), bytes);
  }

  /** Pieces as the alphabet spells them. */
  static Words whole(PieceTable pieces, Alphabet alphabet) {
    return new WordSplitter(pieces, alphabet).all(null);
  }

  /** Pieces as an encoder with the merges so far writes them. */
  static Words encoded(PieceTable pieces, Alphabet alphabet, RankEncoder encoder) {
    return new WordSplitter(pieces, alphabet).all(encoder);
  }

  private Words all(@Nullable RankEncoder encoder) {
    for (int piece = 0; piece < pieces.size(); piece++) {
      if (pieces.length(piece) > ids.length) {
        ids = new int[2 * pieces.length(piece)];
        ranks = new long[ids.length];
      }
      int size = alphabet.spell(pieces.pool(), pieces.start(piece), pieces.end(piece), ids);
      int from = 0;
      for (int to = 0; to <= size; to++) {
        if (to == size || ids[to] < 0) {
          add(from, to, pieces.value(piece), encoder);
          from = to + 1;
        }
      }
    }
    return words;
  }

  private void add(int from, int to, long count, @Nullable RankEncoder encoder) {
    if (to - from < 2) {
      return;
    }
    int end = to;
    if (encoder != null) {
      end = from + encoder.encode(ids, from, to - from, ranks);
    }
    if (end - from > 1) {
      words.add(ids, from, end, count);
    }
  }
}

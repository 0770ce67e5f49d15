package hanok.token.train;

import org.jspecify.annotations.Nullable;

/** Makes {@link Words} of pieces. Where the alphabet lacks something, a word ends. */
final class WordSplitter {
  private final PieceTable pieces;
  private final Alphabet alphabet;
  private final @Nullable RankEncoder encoder;
  private final Words words;
  private final int[] outside;
  private int[] ids = new int[256];
  private long[] ranks = new long[256];

  private WordSplitter(PieceTable pieces, Alphabet alphabet, @Nullable RankEncoder encoder) {
    this.pieces = pieces;
    this.alphabet = alphabet;
    this.encoder = encoder;
    int bytes = pieces.size() == 0 ? 0 : pieces.end(pieces.size() - 1);
    words = new Words(pieces.size(), encoder == null ? bytes : bytes / 3);
    outside = new int[pieces.size()];
  }

  /** Pieces as the alphabet spells them. */
  static WordSplitter whole(PieceTable pieces, Alphabet alphabet) {
    return new WordSplitter(pieces, alphabet, null).split();
  }

  /** Pieces as an encoder with the merges so far writes them. */
  static WordSplitter encoded(PieceTable pieces, Alphabet alphabet, RankEncoder encoder) {
    return new WordSplitter(pieces, alphabet, encoder).split();
  }

  Words words() {
    return words;
  }

  /** How many tokens each piece is now, whatever was merged since. */
  int[] tokens() {
    int[] tokens = outside.clone();
    for (int word = 0; word < words.size(); word++) {
      tokens[words.piece(word)] += words.length(word);
    }
    return tokens;
  }

  private WordSplitter split() {
    for (int piece = 0; piece < pieces.size(); piece++) {
      if (pieces.length(piece) > ids.length) {
        ids = new int[2 * pieces.length(piece)];
        ranks = new long[ids.length];
      }
      int size = alphabet.spell(pieces.pool(), pieces.start(piece), pieces.end(piece), ids);
      int from = 0;
      for (int to = 0; to <= size; to++) {
        if (to == size || ids[to] < 0) {
          add(from, to, piece);
          outside[piece] -= to == size ? 0 : ids[to];
          from = to + 1;
        }
      }
    }
    return this;
  }

  private void add(int from, int to, int piece) {
    int size = to - from;
    if (encoder != null && size > 1) {
      size = encoder.encode(ids, from, size, ranks);
    }
    if (size > 1) {
      words.add(ids, from, from + size, piece, pieces.value(piece));
    } else {
      outside[piece] += size;
    }
  }
}

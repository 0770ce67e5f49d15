package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Where the morphemes of distinct pieces begin. Each piece is cut once, however often it occurs;
 * the space before a word stays with its first morpheme. Only pieces with Hangul syllables are cut.
 */
final class Morphemes {
  /** Longer pieces are no words, and are left whole. */
  private static final int PIECE_BYTES_MAX = 255;

  private static final byte[] NO_CUTS = {};

  private final byte[][] cuts;

  private Morphemes(byte[][] cuts) {
    this.cuts = cuts;
  }

  /** Cuts pieces on some threads, each with a segmenter of its own. */
  static Morphemes of(PieceTable pieces, Supplier<MorphemeSegmenter> segmenters, int threads) {
    byte[][] cuts = new byte[pieces.size()][];
    Ranges.run(
        pieces.size(),
        threads,
        (from, to) -> {
          MorphemeSegmenter segmenter = segmenters.get();
          for (int i = from; i < to; i++) {
            cuts[i] = cutsOf(pieces, i, segmenter);
          }
        });
    return new Morphemes(cuts);
  }

  /** How many pieces are made of several morphemes. */
  int piecesCut() {
    return (int) Arrays.stream(cuts).filter(cut -> cut.length > 0).count();
  }

  /** All morphemes of all pieces, with the counts of the pieces. */
  PieceTable split(PieceTable pieces) {
    PieceTable morphemes = new PieceTable();
    for (int i = 0; i < pieces.size(); i++) {
      int from = pieces.start(i);
      for (byte cut : cuts[i]) {
        int to = pieces.start(i) + (cut & 0xFF);
        morphemes.add(pieces.pool(), from, to, pieces.value(i));
        from = to;
      }
      morphemes.add(pieces.pool(), from, pieces.end(i), pieces.value(i));
    }
    return morphemes;
  }

  private static byte[] cutsOf(PieceTable pieces, int piece, MorphemeSegmenter segmenter) {
    byte[] pool = pieces.pool();
    int start = pieces.start(piece);
    int end = pieces.end(piece);
    if (end - start > PIECE_BYTES_MAX || !hasSyllable(pool, start, end)) {
      return NO_CUTS;
    }
    int space = pool[start] == ' ' ? 1 : 0;
    String word = new String(pool, start + space, end - start - space, UTF_8);
    int[] units = segmenter.cuts(word);
    if (units.length == 0) {
      return NO_CUTS;
    }
    byte[] found = new byte[units.length];
    int unit = 0;
    int bytes = space;
    for (int i = 0; i < units.length; i++) {
      bytes += utf8Length(word, unit, units[i]);
      unit = units[i];
      found[i] = (byte) bytes;
    }
    return found;
  }

  /** Whether there is one of U+AC00 to U+D7A3, which are the bytes EA B0 80 to ED 9E A3. */
  private static boolean hasSyllable(byte[] utf8, int from, int to) {
    for (int i = from; i + 2 < to; i++) {
      int b = utf8[i] & 0xFF;
      int next = utf8[i + 1] & 0xFF;
      if (b > 0xEA && b < 0xED || b == 0xEA && next >= 0xB0 || b == 0xED && next < 0x9F) {
        return true;
      }
    }
    return false;
  }

  private static int utf8Length(String text, int from, int to) {
    int bytes = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}

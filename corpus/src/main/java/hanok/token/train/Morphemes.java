package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Where the morphemes of distinct pieces begin. Each word is cut once, however often it occurs,
 * with a space before it or without; the space stays with the first morpheme. Only words with
 * Hangul syllables are cut.
 */
final class Morphemes {
  /** Longer pieces are no words, and are left whole. */
  private static final int PIECE_BYTES_MAX = 255;

  private static final byte[] NO_CUTS = {};

  private final PieceTable words; // pieces without the space before them
  private final byte[][] cuts; // of words

  private Morphemes(PieceTable words, byte[][] cuts) {
    this.words = words;
    this.cuts = cuts;
  }

  /** Cuts pieces on some threads, each with a segmenter of its own. */
  static Morphemes of(PieceTable pieces, Supplier<MorphemeSegmenter> segmenters, int threads) {
    PieceTable words = new PieceTable();
    for (int i = 0; i < pieces.size(); i++) {
      words.add(pieces.pool(), pieces.start(i) + space(pieces, i), pieces.end(i), 1);
    }
    byte[][] cuts = new byte[words.size()][];
    Ranges.run(
        words.size(),
        threads,
        (from, to) -> {
          MorphemeSegmenter segmenter = segmenters.get();
          for (int i = from; i < to; i++) {
            cuts[i] = cutsOf(words, i, segmenter);
          }
        });
    return new Morphemes(words, cuts);
  }

  /** The bytes of the space before the word that a piece is: 1 or 0. */
  private static int space(PieceTable pieces, int piece) {
    return pieces.length(piece) > 1 && pieces.pool()[pieces.start(piece)] == ' ' ? 1 : 0;
  }

  /** All morphemes of all pieces, with the counts of the pieces. */
  PieceTable split(PieceTable pieces) {
    PieceTable morphemes = new PieceTable();
    byte[] pool = pieces.pool();
    for (int i = 0; i < pieces.size(); i++) {
      int from = pieces.start(i);
      int word = from + space(pieces, i);
      for (byte cut : cuts[words.find(pool, word, pieces.end(i))]) {
        int to = word + (cut & 0xFF);
        morphemes.add(pool, from, to, pieces.value(i));
        from = to;
      }
      morphemes.add(pool, from, pieces.end(i), pieces.value(i));
    }
    return morphemes;
  }

  /** How many words are made of several morphemes. */
  int wordsCut() {
    return (int) Arrays.stream(cuts).filter(cut -> cut.length > 0).count();
  }

  private static byte[] cutsOf(PieceTable words, int word, MorphemeSegmenter segmenter) {
    byte[] pool = words.pool();
    int start = words.start(word);
    int end = words.end(word);
    if (end - start > PIECE_BYTES_MAX || !hasSyllable(pool, start, end)) {
      return NO_CUTS;
    }
    String text = new String(pool, start, end - start, UTF_8);
    int[] units = segmenter.cuts(text);
    byte[] found = new byte[units.length];
    int unit = 0;
    int bytes = 0;
    for (int i = 0; i < units.length; i++) {
      bytes += utf8Length(text, unit, units[i]);
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

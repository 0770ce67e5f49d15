package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.PieceScanner;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A text, where in it words are, and where their morphemes begin. Words are what white space parts. */
final class WordSpans {
  private final byte[] utf8;
  private final String text;
  private final int characters;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int @Nullable [][] morphemes = new int[64][];
  private int size;

  WordSpans(String source, MorphemeMemory memory) {
    utf8 = PieceScanner.utf8(source);
    text = new String(utf8, UTF_8); // without lone surrogates, whoever encodes it
    characters = text.codePointCount(0, text.length());
    int at = 0;
    int startUnit = -1;
    int startByte = 0;
    for (int unit = 0; unit <= text.length(); unit++) {
      boolean inside = unit < text.length() && !isWhiteSpace(text.charAt(unit));
      if (inside && startUnit < 0) {
        startUnit = unit;
        startByte = at;
      } else if (!inside && startUnit >= 0) {
        add(startByte, at, memory.cuts(text.substring(startUnit, unit), at - startByte));
        startUnit = -1;
      }
      at += unit < text.length() ? utf8Length(text.charAt(unit)) : 0;
    }
  }

  private void add(int start, int end, int @Nullable [] cuts) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
      morphemes = Arrays.copyOf(morphemes, 2 * size);
    }
    starts[size] = start;
    ends[size] = end;
    morphemes[size++] = cuts;
  }

  /** Unicode's White_Space. */
  private static boolean isWhiteSpace(char c) {
    return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
  }

  /** The bytes of a UTF-16 unit; a surrogate is half of a character of four. */
  static int utf8Length(char c) {
    return c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }

  String text() {
    return text;
  }

  byte[] utf8() {
    return utf8;
  }

  int characters() {
    return characters;
  }

  int size() {
    return size;
  }

  /** Where a word begins, in bytes. */
  int start(int word) {
    return starts[word];
  }

  /** Where a word ends, exclusively. */
  int end(int word) {
    return ends[word];
  }

  /** Where in a word morphemes begin but for the first, from its start; null: not to be judged. */
  int @Nullable [] morphemes(int word) {
    return morphemes[word];
  }
}

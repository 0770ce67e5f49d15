package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.PieceScanner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text, where in it words are, and where their morphemes begin. Words are what white space parts.
 */
final class WordSpans {
  private final byte[] utf8;
  private final String text;
  private final int characters;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private final List<List<MorphemeMemory.Run>> runs = new ArrayList<>();
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
        add(startByte, at, memory.runs(text.substring(startUnit, unit), at - startByte));
        startUnit = -1;
      }
      at += unit < text.length() ? utf8Length(text.charAt(unit)) : 0;
    }
  }

  private void add(int start, int end, List<MorphemeMemory.Run> words) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    starts[size] = start;
    ends[size] = end;
    runs.add(words);
    size++;
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

  /** The runs of Hangul syllables in a word, in bytes from its start. */
  List<MorphemeMemory.Run> runs(int word) {
    return runs.get(word);
  }
}

package hanok.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Many strings as their UTF-8 bytes: a vocabulary of 100,000 tokens is read in one go, and a token
 * becomes a {@link String} only when somebody asks for it. Immutable and thread-safe.
 *
 * <p>String {@code i} is {@code utf8[starts[i], ends[i])}. What lies between two strings has no
 * meaning; in a table from a file it is the length of the next.
 */
public final class StringTable extends AbstractList<String> implements RandomAccess {
  private final byte[] utf8;
  private final int[] starts;
  private final int[] ends;

  /** Keeps the arrays. */
  StringTable(byte[] utf8, int[] starts, int[] ends) {
    this.utf8 = utf8;
    this.starts = starts;
    this.ends = ends;
  }

  /** The same strings; itself, if it is a table already. Lone surrogates become U+FFFD. */
  public static StringTable of(List<String> strings) {
    if (strings instanceof StringTable table) {
      return table;
    }
    byte[][] encoded = new byte[strings.size()][];
    int size = 0;
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = encode(strings.get(i));
      size = Math.addExact(size, encoded[i].length);
    }
    byte[] utf8 = new byte[size];
    int[] starts = new int[encoded.length];
    int[] ends = new int[encoded.length];
    int at = 0;
    for (int i = 0; i < encoded.length; i++) {
      starts[i] = at;
      System.arraycopy(encoded[i], 0, utf8, at, encoded[i].length);
      at += encoded[i].length;
      ends[i] = at;
    }
    return new StringTable(utf8, starts, ends);
  }

  private static byte[] encode(String string) {
    StringBuilder whole = new StringBuilder(string.length());
    string
        .codePoints()
        .forEach(c -> whole.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
    return whole.toString().getBytes(UTF_8);
  }

  @Override
  public int size() {
    return ends.length;
  }

  @Override
  public String get(int index) {
    return new String(utf8, starts[index], ends[index] - starts[index], UTF_8);
  }

  /** Where string {@code index} begins in {@link #utf8}. */
  public int start(int index) {
    return starts[index];
  }

  /** Where string {@code index} ends in {@link #utf8}. */
  public int end(int index) {
    return ends[index];
  }

  /** A copy of {@link #start} of all strings. */
  public int[] toStarts() {
    return starts.clone();
  }

  /** A copy of {@link #end} of all strings. */
  public int[] toEnds() {
    return ends.clone();
  }

  /** The bytes of all strings. */
  public MemorySegment utf8() {
    return MemorySegment.ofArray(utf8).asReadOnly();
  }

  /** A copy of {@link #utf8}, for loops that read byte by byte. */
  public byte[] toUtf8() {
    return utf8.clone();
  }
}

package hanok.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * What the pre-tokenisers' patterns ask of a character, of Unicode 16.0 whatever JDK this runs on:
 * a JDK that knows more letters would silently give other ids. The white space is Unicode's
 * White_Space, which neither {@link Character#isWhitespace} nor {@link Character#isSpaceChar} is.
 *
 * <p>Read from UTF-8. Its last byte has six bits, so a table of blocks of 64 code points is indexed
 * by the bytes themselves. A byte that is not part of a character is a character of class
 * {@link #OTHER}.
 */
final class CharClass {
  static final int OTHER = 0;
  static final int LETTER = 1;
  static final int NUMBER = 2;
  static final int SPACE = 3;

  /** Of a result of {@link #at}, the class. */
  static final int CLASS = 3;

  /** Of a result of {@link #at}, how far to shift for the number of bytes. */
  static final int BYTES = 2;

  private static final String TABLE = "unicode-16.txt";
  private static final char[] BLOCKS = new char[0x110000 >> 6]; // where a block begins in CLASSES
  private static final byte[] CLASSES;
  private static final byte[] ASCII;

  static {
    byte[] all = new byte[0x110000];
    for (String line : table().split("\n", -1)) {
      mark(line, all);
    }
    byte[] blocks = new byte[1 << 16];
    int end = 0;
    for (int block = 0; block < BLOCKS.length; block++) {
      int before = block == 0 ? 0 : BLOCKS[block - 1];
      int known = end > 0 && sameBlock(blocks, before, all, block << 6) ? before : 0;
      while (known < end && !sameBlock(blocks, known, all, block << 6)) {
        known += 64;
      }
      if (known == end) {
        System.arraycopy(all, block << 6, blocks, end, 64);
        end += 64;
      }
      BLOCKS[block] = (char) known;
    }
    CLASSES = Arrays.copyOf(blocks, end);
    ASCII = Arrays.copyOf(all, 128);
  }

  private CharClass() {}

  private static boolean sameBlock(byte[] blocks, int at, byte[] all, int from) {
    return Arrays.equals(blocks, at, at + 64, all, from, from + 64);
  }

  private static String table() {
    try (InputStream in = CharClass.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException(TABLE + " is missing");
      }
      return new String(in.readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line is a class and ranges of it: {@code L 41-5A 61-7A AA}. */
  private static void mark(String line, byte[] all) {
    byte type = (byte) " LNS".indexOf(line.isEmpty() ? '#' : line.charAt(0));
    if (type < 1) {
      return;
    }
    for (int at = 2; at < line.length(); ) {
      int space = line.indexOf(' ', at);
      int end = space < 0 ? line.length() : space;
      int dash = line.indexOf('-', at);
      boolean range = dash > 0 && dash < end;
      int last = Integer.parseInt(line, range ? dash + 1 : at, end, 16);
      int first = range ? Integer.parseInt(line, at, dash, 16) : last;
      Arrays.fill(all, first, last + 1, type);
      at = end + 1;
    }
  }

  static int of(int codePoint) {
    return CLASSES[BLOCKS[codePoint >> 6] + (codePoint & 63)];
  }

  /**
   * The class of the character that begins at {@code i} and ends by {@code to}, and its number of
   * bytes {@code << BYTES}.
   */
  static int at(byte[] text, int i, int to) {
    int b = text[i];
    return b >= 0 ? 1 << BYTES | ASCII[b] : beyondAscii(text, i, to);
  }

  /** Where the run of characters of this class that begins at {@code from} ends. */
  static int run(byte[] text, int from, int to, int type) {
    int i = from;
    while (i < to) {
      int b = text[i];
      if (b >= 0) {
        if (ASCII[b] != type) {
          return i;
        }
        i++;
      } else {
        int c = beyondAscii(text, i, to);
        if ((c & CLASS) != type) {
          return i;
        }
        i += c >> BYTES;
      }
    }
    return i;
  }

  private static int beyondAscii(byte[] text, int i, int to) {
    int b = text[i] & 0xFF;
    if ((b & 0xF0) == 0xE0 && i + 2 < to) { // first, for it is Hangul
      int second = text[i + 1] + 128;
      int third = text[i + 2] + 128;
      int block = (b & 0x0F) << 6 | second;
      if (((second | third) & 0xC0) == 0 && block >= 0x800 >> 6) {
        return 3 << BYTES | CLASSES[BLOCKS[block] + third];
      }
    } else if ((b & 0xE0) == 0xC0 && b >= 0xC2 && i + 1 < to) {
      int second = text[i + 1] + 128;
      if ((second & 0xC0) == 0) {
        return 2 << BYTES | CLASSES[BLOCKS[b & 0x1F] + second];
      }
    } else if (b >= 0xF0 && b <= 0xF4 && i + 3 < to) {
      return ofFour(text, i, b);
    }
    return 1 << BYTES | OTHER;
  }

  private static int ofFour(byte[] text, int i, int b) {
    int second = text[i + 1] + 128;
    int third = text[i + 2] + 128;
    int fourth = text[i + 3] + 128;
    int block = (b & 0x07) << 12 | second << 6 | third;
    boolean known = block >= 0x10000 >> 6 && block < BLOCKS.length;
    if (((second | third | fourth) & 0xC0) != 0 || !known) {
      return 1 << BYTES | OTHER;
    }
    return 4 << BYTES | CLASSES[BLOCKS[block] + fourth];
  }
}

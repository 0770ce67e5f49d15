package hanok.token;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L; // times a byte: it in all eight
  private static final long HIGH = EACH << 7;
  private static final int HANGUL = 0xAC00; // its syllables are letters, one after the other
  private static final int HANGUL_COUNT = 11172;

  private static final String TABLE = "unicode-16.txt";
  private static final int BLOCK = 64; // code points
  private static final char[] BLOCKS = new char[0x110000 >> 6]; // where a block begins in CLASSES
  private static final byte[] CLASSES;
  private static final byte[] ASCII;

  static {
    byte[] classes = new byte[1 << 16];
    int end = 0;
    for (byte type = OTHER; type <= SPACE; type++) { // blocks that are all of one class
      Arrays.fill(classes, end, end + BLOCK, type);
      end += BLOCK;
    }
    for (String line : table().split("\n", -1)) {
      end = mark(line, classes, end);
    }
    CLASSES = Arrays.copyOf(classes, end);
    ASCII = new byte[2 * BLOCK];
    System.arraycopy(CLASSES, BLOCKS[0], ASCII, 0, BLOCK);
    System.arraycopy(CLASSES, BLOCKS[1], ASCII, BLOCK, BLOCK);
  }

  private CharClass() {}

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

  /** A line is a class and ranges of it: {@code L 41-5A 61-7A AA}. Returns where classes end. */
  private static int mark(String line, byte[] classes, int classesEnd) {
    byte type = (byte) " LNS".indexOf(line.isEmpty() ? '#' : line.charAt(0));
    if (type < 1) {
      return classesEnd;
    }
    int classesAt = classesEnd;
    for (int at = 2; at < line.length(); ) {
      int space = line.indexOf(' ', at);
      int end = space < 0 ? line.length() : space;
      int dash = line.indexOf('-', at);
      boolean range = dash > 0 && dash < end;
      int last = Integer.parseInt(line, range ? dash + 1 : at, end, 16);
      int first = range ? Integer.parseInt(line, at, dash, 16) : last;
      classesAt = mark(type, first, last, classes, classesAt);
      at = end + 1;
    }
    return classesAt;
  }

  private static int mark(byte type, int first, int last, byte[] classes, int classesEnd) {
    int end = classesEnd;
    for (int block = first / BLOCK; block <= last / BLOCK; block++) {
      int from = Math.max(first - block * BLOCK, 0);
      int to = Math.min(last + 1 - block * BLOCK, BLOCK);
      if (to - from == BLOCK) {
        BLOCKS[block] = (char) (type * BLOCK);
        continue;
      }
      if (BLOCKS[block] == OTHER * BLOCK) {
        BLOCKS[block] = (char) end;
        end += BLOCK;
      }
      Arrays.fill(classes, BLOCKS[block] + from, BLOCKS[block] + to, type);
    }
    return end;
  }

  /** Reads the table, unless somebody has. */
  static void prepare() {}

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

  /**
   * Where the run of letters that begins at {@code from} ends: {@link #run}, but eight bytes at a
   * time, where they are letters of ASCII or syllables of Hangul, as most are.
   */
  static int letters(byte[] text, int from, int to) {
    int i = from;
    while (i + 8 <= to) {
      long bytes = (long) LONG.get(text, i);
      if ((byte) bytes >= 0) {
        long others = notAsciiLetters(bytes);
        i += Long.numberOfTrailingZeros(others) >> 3; // all eight, if there are no others
        if (others != 0 && text[i] >= 0) {
          return i;
        }
      } else if (isHangul((int) bytes)) {
        i += isHangul((int) (bytes >>> 24)) ? 6 : 3;
      } else {
        int c = beyondAscii(text, i, to);
        if ((c & CLASS) != LETTER) {
          return i;
        }
        i += c >> BYTES;
      }
    }
    return run(text, i, to, LETTER);
  }

  /** The highest bit of each byte, if it is no letter of ASCII. */
  private static long notAsciiLetters(long bytes) {
    long small = bytes & ~HIGH | EACH * 0x20;
    long letters = small + EACH * (0x80 - 'a') & ~(small + EACH * (0x7F - 'z')) & ~bytes;
    return ~letters & HIGH;
  }

  /** Whether the lowest three bytes are a syllable of Hangul. */
  private static boolean isHangul(int bytes) {
    int c = (bytes & 0x0F) << 12 | bytes >> 2 & 0xFC0 | bytes >> 16 & 0x3F;
    return (bytes & 0xC0C0F0) == 0x8080E0 && Integer.compareUnsigned(c - HANGUL, HANGUL_COUNT) < 0;
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

package hanok.token;

import java.util.Arrays;

/**
 * GPT-2's way to spell bytes as printable characters: those that print in Latin-1 are themselves,
 * the other 68 become U+0100 and following.
 */
public final class ByteAlphabet {
  private static final char[] CHAR_OF_BYTE = new char[256];
  private static final short[] BYTE_OF_CHAR = new short[256 + 68];

  static {
    Arrays.fill(BYTE_OF_CHAR, (short) -1);
    int moved = 0;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174;
      CHAR_OF_BYTE[b] = (char) (printable ? b : 256 + moved++);
      BYTE_OF_CHAR[CHAR_OF_BYTE[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for a byte, which is in [0, 255]. */
  public static char charOf(int b) {
    return CHAR_OF_BYTE[b];
  }

  /** How {@code bytes[from, to)} are spelt. */
  public static String spell(byte[] bytes, int from, int to) {
    char[] chars = new char[to - from];
    for (int i = from; i < to; i++) {
      chars[i - from] = CHAR_OF_BYTE[bytes[i] & 0xFF];
    }
    return new String(chars);
  }

  /**
   * Writes the bytes that {@code spelled[from, to)}, which is UTF-8, spells to {@code target}.
   *
   * @return how many there are; -1 if there is a character that is not of the alphabet
   */
  static int read(byte[] spelled, int from, int to, byte[] target, int at) {
    int count = 0;
    for (int i = from; i < to; i++) {
      int c = spelled[i];
      if (c < 0) {
        boolean two = (c & 0xE0) == 0xC0 && i + 1 < to; // the alphabet ends far below U+0800
        c = two ? (c & 0x1F) << 6 | spelled[++i] & 0x3F : BYTE_OF_CHAR.length;
      }
      if (c >= BYTE_OF_CHAR.length || BYTE_OF_CHAR[c] < 0) {
        return -1;
      }
      target[at + count++] = (byte) BYTE_OF_CHAR[c];
    }
    return count;
  }
}

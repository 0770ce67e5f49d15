package hanok.token;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** The bytes that a token spells; null if it has a character that is not of the alphabet. */
  static byte @Nullable [] bytesOf(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c >= BYTE_OF_CHAR.length || BYTE_OF_CHAR[c] < 0) {
        return null;
      }
      bytes.write(BYTE_OF_CHAR[c]);
    }
    return bytes.toByteArray();
  }
}

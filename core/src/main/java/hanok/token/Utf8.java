package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A text as UTF-8 bytes, always well-formed, read code point by code point. */
final class Utf8 {
  private final byte[] bytes;
  private final int end;

  Utf8(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  /** Lone surrogates, which UTF-8 cannot say, become U+FFFD. */
  static byte[] encode(CharSequence text) {
    String string = text.toString();
    byte[] bytes = string.getBytes(UTF_8);
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < string.length()
                && Character.isLowSurrogate(string.charAt(i + 1));
        if (!pair) {
          return replaceLoneSurrogates(string).getBytes(UTF_8);
        }
        i++;
      }
    }
    return bytes;
  }

  private static String replaceLoneSurrogates(String text) {
    return text.codePoints()
        .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  int end() {
    return end;
  }

  /** The byte at {@code i}, in [0, 255]. */
  int byteAt(int i) {
    return bytes[i] & 0xFF;
  }

  /** Where the character after the one at {@code i} begins. */
  int next(int i) {
    return i + length(bytes[i] & 0xFF);
  }

  /** Where the character that ends at {@code i} begins. */
  int previous(int i) {
    int start = i - 1;
    while ((bytes[start] & 0xC0) == 0x80) {
      start--;
    }
    return start;
  }

  CharClass classAt(int i) {
    int b = bytes[i] & 0xFF;
    return CharClass.of(
        switch (length(b)) {
          case 1 -> b;
          case 2 -> (b & 0x1F) << 6 | low(i + 1);
          case 3 -> (b & 0x0F) << 12 | low(i + 1) << 6 | low(i + 2);
          default -> (b & 0x07) << 18 | low(i + 1) << 12 | low(i + 2) << 6 | low(i + 3);
        });
  }

  /** Where the run of characters of this class that begins at {@code i} ends; it may be empty. */
  int skip(int i, CharClass type) {
    int at = i;
    while (at < end && classAt(at) == type) {
      at = next(at);
    }
    return at;
  }

  private int low(int i) {
    return bytes[i] & 0x3F;
  }

  /** Bytes of a character that begins with this byte. */
  static int length(int firstByte) {
    return firstByte < 0x80 ? 1 : firstByte < 0xE0 ? 2 : firstByte < 0xF0 ? 3 : 4;
  }
}

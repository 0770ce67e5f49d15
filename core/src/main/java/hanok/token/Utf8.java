package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Strings as UTF-8, always well-formed. */
final class Utf8 {
  private Utf8() {}

  /** Lone surrogates, which UTF-8 cannot say, become U+FFFD. */
  static byte[] encode(CharSequence text) {
    String string = text.toString();
    return (hasLoneSurrogate(string) ? replaceLoneSurrogates(string) : string).getBytes(UTF_8);
  }

  private static boolean hasLoneSurrogate(String string) {
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < string.length()
                && Character.isLowSurrogate(string.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static String replaceLoneSurrogates(String text) {
    return text.codePoints()
        .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Bytes of a character that begins with this byte. */
  static int length(int firstByte) {
    return firstByte < 0x80 ? 1 : firstByte < 0xE0 ? 2 : firstByte < 0xF0 ? 3 : 4;
  }
}

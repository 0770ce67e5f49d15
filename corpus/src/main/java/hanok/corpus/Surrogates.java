package hanok.corpus;

/** JSON can spell halves of surrogate pairs, such as {@code \ud800}, which no UTF-8 can hold. */
final class Surrogates {
  private Surrogates() {}

  /** The text with U+FFFD for every half without its other half. */
  static String paired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(repaired::appendCodePoint);
    return repaired.toString();
  }
}

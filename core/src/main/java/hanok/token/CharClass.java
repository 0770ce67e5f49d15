package hanok.token;

/**
 * What the pre-tokenisers' patterns ask of a code point. The white space is Unicode's White_Space,
 * which neither {@link Character#isWhitespace} nor {@link Character#isSpaceChar} is.
 */
enum CharClass {
  LETTER,
  NUMBER,
  SPACE,
  OTHER;

  private static final CharClass[] ASCII = new CharClass[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = lookUp(c);
    }
  }

  static CharClass of(int codePoint) {
    return codePoint < 128 ? ASCII[codePoint] : lookUp(codePoint);
  }

  private static CharClass lookUp(int codePoint) {
    if (isWhiteSpace(codePoint)) {
      return SPACE;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> OTHER;
    };
  }

  private static boolean isWhiteSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c == 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}

package hanok.template;

/** The escapes of Python's string literals. */
final class JinjaStrings {
  private static final String SIMPLE = "\n'\"\\abfnrtv";
  private static final String MEANING = "\0'\"\\\007\b\f\n\r\t\013";

  private final String literal;
  private final StringBuilder text = new StringBuilder();
  private int at;

  private JinjaStrings(String literal) {
    this.literal = literal;
  }

  /** What a literal, without its quotes, stands for. */
  static String unescape(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    JinjaStrings strings = new JinjaStrings(literal);
    while (strings.at < literal.length()) {
      strings.next();
    }
    return strings.text.toString();
  }

  private void next() {
    char c = literal.charAt(at++);
    if (c != '\\' || at == literal.length()) {
      text.append(c);
      return;
    }
    char escape = literal.charAt(at++);
    int simple = SIMPLE.indexOf(escape);
    if (simple > 0) {
      text.append(MEANING.charAt(simple));
    } else if (escape >= '0' && escape <= '7') {
      octal();
    } else {
      switch (escape) {
        case '\n' -> {}
        case 'x' -> hexadecimal(2);
        case 'u' -> hexadecimal(4);
        case 'U' -> hexadecimal(8);
        default -> text.append('\\').append(escape);
      }
    }
  }

  private void octal() {
    int value = 0;
    at--;
    for (int i = 0; i < 3 && at < literal.length(); i++, at++) {
      int digit = literal.charAt(at) - '0';
      if (digit < 0 || digit > 7) {
        break;
      }
      value = 8 * value + digit;
    }
    text.appendCodePoint(value);
  }

  private void hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++, at++) {
      int digit = at < literal.length() ? Character.digit(literal.charAt(at), 16) : -1;
      if (digit < 0 || value > Character.MAX_CODE_POINT >> 4) {
        throw new Fault("a string has an escape that is no character");
      }
      value = 16 * value + digit;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw new Fault("a string has an escape that is no character");
    }
    text.appendCodePoint(value);
  }
}

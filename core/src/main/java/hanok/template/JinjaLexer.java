package hanok.template;

import hanok.template.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a Jinja template into words, as Jinja 3.1 does with {@code trim_blocks} and {@code
 * lstrip_blocks}: a line break after a block or comment goes, and so does the space before one at
 * the beginning of a line; {@code -} takes all white space on its side, {@code +} keeps it.
 */
final class JinjaLexer {
  private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
  private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

  private final String source;
  private final List<JinjaToken> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarts = true;

  private JinjaLexer(String source) {
    this.source = source;
  }

  /** The source as Jinja reads it: line breaks of every system are one, and the last one goes. */
  static String normalize(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  /**
   * @throws TemplateException if it cannot be cut
   */
  static List<JinjaToken> tokens(String source) {
    JinjaLexer lexer = new JinjaLexer(source);
    try {
      lexer.read();
    } catch (Fault fault) {
      throw fault.at(source, lexer.at);
    }
    return lexer.tokens;
  }

  private void read() {
    while (at < source.length()) {
      int tag = tagFrom(at);
      if (tag == source.length()) {
        add(Kind.DATA, source.substring(at), at);
        at = tag;
        break;
      }
      char type = source.charAt(tag + 1);
      char sign = charAt(tag + 2);
      data(at, tag, sign, type == '{');
      at = tag + (sign == '-' || sign == '+' ? 3 : 2);
      switch (type) {
        case '#' -> comment();
        case '%' -> block(tag);
        default -> {
          add(Kind.VARIABLE_BEGIN, "{{", tag);
          words("}}", Kind.VARIABLE_END);
        }
      }
      lineStarts = source.charAt(at - 1) == '\n';
    }
    add(Kind.END, "", source.length());
  }

  private int tagFrom(int from) {
    for (int i = from; i + 1 < source.length(); i++) {
      char next = source.charAt(i + 1);
      if (source.charAt(i) == '{' && (next == '{' || next == '%' || next == '#')) {
        return i;
      }
    }
    return source.length();
  }

  /** The text before a tag. */
  private void data(int from, int tag, char sign, boolean variable) {
    int end = tag;
    if (sign == '-') {
      while (end > from && isSpace(source.charAt(end - 1))) {
        end--;
      }
    } else if (sign != '+' && !variable) {
      int blank = tag;
      while (blank > from
          && source.charAt(blank - 1) != '\n'
          && isSpace(source.charAt(blank - 1))) {
        blank--;
      }
      if (blank > from ? source.charAt(blank - 1) == '\n' : lineStarts) {
        end = blank;
      }
    }
    if (end > from) {
      add(Kind.DATA, source.substring(from, end), from);
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new Fault("a comment does not end");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    at = end + 2;
    afterTag(sign);
  }

  private void afterTag(char sign) {
    if (sign == '-') {
      skipSpace();
    } else if (sign != '+' && charAt(at) == '\n') {
      at++;
    }
  }

  private void block(int tag) {
    int inside = at;
    skipSpace();
    int end = at;
    if (word("raw")) {
      boolean trim = charAt(at) == '-';
      if (source.startsWith(trim ? "-%}" : "%}", at)) {
        at += trim ? 3 : 2;
        if (trim) {
          skipSpace();
        }
        raw();
        return;
      }
    }
    at = end;
    add(Kind.BLOCK_BEGIN, "{%", tag);
    at = inside;
    words("%}", Kind.BLOCK_END);
  }

  /** Skips a word and the space behind it, if it is there. */
  private boolean word(String word) {
    if (!source.startsWith(word, at) || isNamePart(charAt(at + word.length()))) {
      return false;
    }
    at += word.length();
    skipSpace();
    return true;
  }

  private void raw() {
    int from = at;
    lineStarts = source.charAt(at - 1) == '\n';
    for (int tag = source.indexOf("{%", from); tag >= 0; tag = source.indexOf("{%", tag + 2)) {
      char sign = charAt(tag + 2);
      at = tag + (sign == '-' || sign == '+' ? 3 : 2);
      skipSpace();
      if (word("endraw")) {
        char end = charAt(at);
        int signs = end == '-' || end == '+' ? 1 : 0;
        if (source.startsWith("%}", at + signs)) {
          at += signs + 2;
          data(from, tag, sign, false);
          afterTag(end);
          return;
        }
      }
    }
    throw new Fault("a raw block does not end");
  }

  /** The words of an expression or a block, and its end. */
  private void words(String close, Kind kind) {
    StringBuilder open = new StringBuilder(); // the brackets that will have to come
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        throw new Fault("'" + close + "' is missing");
      }
      if (open.isEmpty() && end(close, kind)) {
        return;
      }
      char c = source.charAt(at);
      if (c == '\'' || c == '"') {
        int from = at;
        add(Kind.STRING, JinjaStrings.unescape(source.substring(from + 1, stringEnd(c))), from);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (isNameStart(c)) {
        int from = at;
        while (isNamePart(charAt(at))) {
          at++;
        }
        add(Kind.NAME, source.substring(from, at), from);
      } else {
        operator(open);
      }
    }
  }

  private boolean end(String close, Kind kind) {
    char sign = source.charAt(at);
    boolean signed = sign == '-' || sign == '+' && kind == Kind.BLOCK_END;
    int from = signed ? at + 1 : at;
    if (!source.startsWith(close, from)) {
      return false;
    }
    add(kind, close, at);
    at = from + close.length();
    afterTag(signed ? sign : kind == Kind.BLOCK_END ? ' ' : '+');
    return true;
  }

  private int stringEnd(char quote) {
    int end = at + 1;
    while (end < source.length()) {
      char c = source.charAt(end);
      if (c == quote) {
        at = end + 1;
        return end;
      }
      end += c == '\\' ? 2 : 1;
    }
    throw new Fault("a string does not end");
  }

  private void number() {
    int from = at;
    digits();
    boolean real = false;
    boolean afterDot = from > 0 && source.charAt(from - 1) == '.';
    if (!afterDot && charAt(at) == '.' && isDigit(charAt(at + 1))) {
      at++;
      digits();
      real = true;
    }
    int sign = charAt(at + 1) == '+' || charAt(at + 1) == '-' ? 1 : 0;
    if (!afterDot && (charAt(at) | 0x20) == 'e' && isDigit(charAt(at + 1 + sign))) {
      at += 1 + sign;
      digits();
      real = true;
    }
    String text = source.substring(from, at).replace("_", "");
    add(real ? Kind.REAL : Kind.INTEGER, text, from);
  }

  private void digits() {
    while (isDigit(charAt(at)) || charAt(at) == '_' && isDigit(charAt(at + 1))) {
      at++;
    }
  }

  private void operator(StringBuilder open) {
    for (String operator : LONG_OPERATORS) {
      if (source.startsWith(operator, at)) {
        add(Kind.OPERATOR, operator, at);
        at += operator.length();
        return;
      }
    }
    char c = source.charAt(at);
    if (OPERATORS.indexOf(c) < 0) {
      throw new Fault("a character that means nothing, '" + c + "'");
    }
    if (c == '(' || c == '[' || c == '{') {
      open.append(c == '(' ? ')' : c == '[' ? ']' : '}');
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.isEmpty() || open.charAt(open.length() - 1) != c) {
        throw new Fault("'" + c + "' closes nothing");
      }
      open.setLength(open.length() - 1);
    }
    add(Kind.OPERATOR, String.valueOf(c), at);
    at++;
  }

  private void add(Kind kind, String text, int from) {
    tokens.add(new JinjaToken(kind, text, from));
  }

  private void skipSpace() {
    while (at < source.length() && isSpace(source.charAt(at))) {
      at++;
    }
  }

  /** The character at an index, or NUL beyond the end. */
  private char charAt(int index) {
    return index < source.length() ? source.charAt(index) : 0;
  }

  /** What Python calls white space. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  private static boolean isNamePart(char c) {
    return c != 0
        && (c == '_'
            || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}

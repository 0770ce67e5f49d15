package hanok.template;

import hanok.template.GoToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a Go template into words, and trims the text beside <code>{{- </code> and its like. */
final class GoLexer {
  private final String source;
  private final List<GoToken> tokens = new ArrayList<>();
  private int at;

  private GoLexer(String source) {
    this.source = source;
  }

  /**
   * @throws TemplateException if it cannot be cut
   */
  static List<GoToken> tokens(String source) {
    GoLexer lexer = new GoLexer(source);
    try {
      lexer.read();
    } catch (Fault fault) {
      throw fault.at(source, lexer.at);
    }
    return lexer.tokens;
  }

  private void read() {
    boolean trimLeft = false;
    while (true) {
      int open = source.indexOf("{{", at);
      int end = open < 0 ? source.length() : open;
      boolean trimRight = open >= 0 && source.startsWith("{{-", open) && isSpace(charAt(open + 3));
      text(at, end, trimLeft, trimRight);
      at = end;
      if (open < 0) {
        add(Kind.END, "", false);
        return;
      }
      at += trimRight ? 3 : 2;
      trimLeft = action(open);
    }
  }

  private void text(int from, int to, boolean trimLeft, boolean trimRight) {
    int start = from;
    int end = to;
    while (trimLeft && start < end && isSpace(source.charAt(start))) {
      start++;
    }
    while (trimRight && end > start && isSpace(source.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      tokens.add(new GoToken(Kind.TEXT, source.substring(start, end), start, false));
    }
  }

  /** The words up to the end of an action; says whether the text behind it is trimmed. */
  private boolean action(int open) {
    int comment = at;
    while (isSpace(charAt(comment))) {
      comment++;
    }
    if (source.startsWith("/*", comment)) {
      return comment(comment);
    }
    tokens.add(new GoToken(Kind.OPEN, "{{", open, false));
    while (true) {
      boolean spaced = false;
      while (isSpace(charAt(at))) {
        at++;
        spaced = true;
      }
      if (spaced && source.startsWith("-}}", at)) {
        add(Kind.CLOSE, "}}", true);
        at += 3;
        return true;
      }
      if (source.startsWith("}}", at)) {
        add(Kind.CLOSE, "}}", spaced);
        at += 2;
        return false;
      }
      if (at >= source.length()) {
        throw new Fault("'}}' is missing");
      }
      word(spaced);
    }
  }

  private boolean comment(int from) {
    int end = source.indexOf("*/", from + 2);
    if (end < 0) {
      throw new Fault("a comment does not end");
    }
    at = end + 2;
    boolean trim = isSpace(charAt(at)) && source.startsWith("-}}", at + 1);
    if (!trim && !source.startsWith("}}", at)) {
      throw new Fault("a comment is followed by more than '}}'");
    }
    at += trim ? 4 : 2;
    return trim;
  }

  private void word(boolean spaced) {
    int from = at;
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      quoted(c, spaced);
    } else if (c == '`') {
      int end = source.indexOf('`', at + 1);
      if (end < 0) {
        throw new Fault("a string does not end");
      }
      add(Kind.STRING, source.substring(at + 1, end), spaced);
      at = end + 1;
    } else if (c == '.' && isNameStart(charAt(at + 1))) {
      at++;
      String name = name();
      tokens.add(new GoToken(Kind.FIELD, name, from, spaced));
    } else if (c == '$') {
      at++;
      String name = "$" + name();
      tokens.add(new GoToken(Kind.VARIABLE, name, from, spaced));
    } else if (isNameStart(c)) {
      String name = name();
      tokens.add(new GoToken(Kind.NAME, name, from, spaced));
    } else if (isDigit(c) || (c == '-' || c == '+') && isDigit(charAt(at + 1))) {
      at++;
      while (isDigit(charAt(at)) || charAt(at) == '.' || charAt(at) == '_') {
        at++;
      }
      String digits = source.substring(from, at).replace("_", "");
      tokens.add(new GoToken(Kind.NUMBER, digits, from, spaced));
    } else if (c == '.') {
      add(Kind.DOT, ".", spaced);
      at++;
    } else {
      String sign = source.startsWith(":=", at) ? ":=" : String.valueOf(c);
      if ("()|,=:=".indexOf(sign) < 0) {
        throw new Fault("a character that means nothing, '" + c + "'");
      }
      add(Kind.SIGN, sign, spaced);
      at += sign.length();
    }
  }

  private void quoted(char quote, boolean spaced) {
    int from = at;
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote && source.charAt(end) != '\n') {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length() || source.charAt(end) != quote) {
      throw new Fault("a string does not end");
    }
    String value = JinjaStrings.unescape(source.substring(at + 1, end));
    boolean rune = quote == '\'';
    if (rune && value.codePointCount(0, value.length()) != 1) {
      throw new Fault("a character is written between ' and '");
    }
    String text = rune ? Integer.toString(value.codePointAt(0)) : value;
    tokens.add(new GoToken(rune ? Kind.NUMBER : Kind.STRING, text, from, spaced));
    at = end + 1;
  }

  private String name() {
    int from = at;
    while (isNameStart(charAt(at)) || isDigit(charAt(at))) {
      at++;
    }
    return source.substring(from, at);
  }

  private void add(Kind kind, String text, boolean spaced) {
    tokens.add(new GoToken(kind, text, at, spaced));
  }

  private char charAt(int index) {
    return index < source.length() ? source.charAt(index) : 0;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c == '_' || Character.isLetter(c);
  }
}

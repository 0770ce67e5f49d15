package hanok.constrain;

import java.math.BigInteger;

/**
 * Draws what JSON is made of, and keeps it within bounds: white space that ends, numbers that end
 * and are finite, strings that are well-formed UTF-8.
 *
 * <p>White space is what {@code json.dumps} and pretty printers write: nothing, one space, or a new
 * line and spaces, where lists and objects are broken; one space or none after a colon.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonRules {
  /** Spaces of an indented line. */
  private static final int INDENT_MAX = 32;

  private static final int INTEGER_DIGITS = 19;
  private static final int FRACTION_DIGITS = 20;

  private final AutomatonBuilder draw;
  private final Utf8Ranges utf8;
  private final int space; // rule
  private final int character; // rule
  private final int value; // rule
  private boolean valueDrawn;

  JsonRules(AutomatonBuilder draw) {
    this.draw = draw;
    utf8 = new Utf8Ranges(draw);
    space = draw.rule();
    drawSpace(draw.start(space), draw.end(space));
    character = draw.rule();
    drawCharacter(draw.start(character), draw.end(character));
    value = draw.rule();
  }

  private void drawSpace(int from, int to) {
    draw.skip(from, to);
    draw.bytes(from, ' ', ' ', to);
    int line = draw.state();
    draw.bytes(from, '\n', '\n', line);
    for (int i = 0; i < INDENT_MAX; i++) {
      draw.skip(line, to);
      int next = draw.state();
      draw.bytes(line, ' ', ' ', next);
      line = next;
    }
    draw.skip(line, to);
  }

  /** White space, or none. */
  void space(int from, int to) {
    draw.call(from, space, to);
  }

  /** A character of a string: itself, or escaped. */
  private void drawCharacter(int from, int to) {
    utf8.codePoints(from, ' ', '!', to);
    utf8.codePoints(from, '#', '[', to);
    utf8.codePoints(from, ']', 0x10FFFF, to);
    int escape = draw.state();
    draw.bytes(from, '\\', '\\', escape);
    oneOf(escape, "\"\\/bfnrt", to);
    int hex = draw.state();
    draw.bytes(escape, 'u', 'u', hex);
    drawHex(hex, to);
  }

  /** Four digits of a character in the first plane, or twice four of a pair of surrogates. */
  private void drawHex(int from, int to) {
    int three = draw.state();
    oneOf(from, "0123456789abcefABCEF", three);
    int two = draw.state();
    anyHex(three, two);
    int one = draw.state();
    anyHex(two, one);
    anyHex(one, to);
    int surrogate = draw.state();
    oneOf(from, "dD", surrogate);
    oneOf(surrogate, "01234567", two);
    int high = draw.state();
    oneOf(surrogate, "89abAB", high);
    int h2 = draw.state();
    anyHex(high, h2);
    int h3 = draw.state();
    anyHex(h2, h3);
    int low = draw.state();
    draw.text(h3, "\\u", low);
    int l1 = draw.state();
    oneOf(low, "dD", l1);
    int l2 = draw.state();
    oneOf(l1, "cdefCDEF", l2);
    int l3 = draw.state();
    anyHex(l2, l3);
    anyHex(l3, to);
  }

  /** One of some ASCII characters. */
  private void oneOf(int from, String characters, int to) {
    characters.chars().forEach(c -> draw.bytes(from, c, c, to));
  }

  private void anyHex(int from, int to) {
    draw.bytes(from, '0', '9', to);
    draw.bytes(from, 'a', 'f', to);
    draw.bytes(from, 'A', 'F', to);
  }

  /** One character of a string. */
  void character(int from, int to) {
    draw.call(from, character, to);
  }

  /**
   * A string.
   *
   * @param most code points, or -1 for any number
   */
  void string(int from, int least, int most, int to) {
    int at = draw.state();
    draw.bytes(from, '"', '"', at);
    int end = draw.state();
    characters(at, least, most, end);
    draw.bytes(end, '"', '"', to);
  }

  /** Characters of a string, without its quotes. */
  void characters(int from, int least, int most, int to) {
    int at = from;
    for (int i = 0; i < Math.max(least, most); i++) {
      if (i >= least) {
        draw.skip(at, to);
      }
      int next = draw.state();
      character(at, next);
      at = next;
    }
    if (most < 0) {
      int loop = draw.state();
      draw.skip(at, loop);
      int again = draw.state();
      character(loop, again);
      draw.skip(again, loop);
      draw.skip(loop, to);
    } else {
      draw.skip(at, to);
    }
  }

  /** An integer of any size that fits 64 bits, nearly. */
  void integer(int from, int to) {
    int digits = draw.state();
    draw.skip(from, digits);
    draw.bytes(from, '-', '-', digits);
    draw.bytes(digits, '0', '0', to);
    int more = draw.state();
    draw.bytes(digits, '1', '9', more);
    upTo(more, INTEGER_DIGITS - 1, to);
  }

  /** So many digits at most. */
  private void upTo(int from, int most, int to) {
    int at = from;
    for (int i = 0; i < most; i++) {
      draw.skip(at, to);
      int next = draw.state();
      draw.bytes(at, '0', '9', next);
      at = next;
    }
    draw.skip(at, to);
  }

  /** A point and digits. */
  void fraction(int from, int to) {
    int point = draw.state();
    draw.bytes(from, '.', '.', point);
    int digit = draw.state();
    draw.bytes(point, '0', '9', digit);
    upTo(digit, FRACTION_DIGITS - 1, to);
  }

  /** A point and digits, one of which is not zero. */
  void positiveFraction(int from, int to) {
    int at = draw.state();
    draw.bytes(from, '.', '.', at);
    for (int i = 0; i < FRACTION_DIGITS - 1; i++) {
      int rest = draw.state();
      draw.bytes(at, '1', '9', rest);
      upTo(rest, FRACTION_DIGITS - 1 - i, to);
      int next = draw.state();
      draw.bytes(at, '0', '0', next);
      at = next;
    }
    draw.bytes(at, '1', '9', to);
  }

  /** Nothing, or a point and zeros. */
  void zeroFraction(int from, int to) {
    draw.skip(from, to);
    int at = draw.state();
    draw.bytes(from, '.', '.', at);
    for (int i = 0; i < FRACTION_DIGITS; i++) {
      int next = draw.state();
      draw.bytes(at, '0', '0', next);
      draw.skip(next, to);
      at = next;
    }
  }

  /** A number, which a double can hold. */
  void number(int from, int to) {
    int whole = draw.state();
    integer(from, whole);
    int exponent = draw.state();
    draw.skip(whole, exponent);
    fraction(whole, exponent);
    draw.skip(exponent, to);
    int sign = draw.state();
    draw.bytes(exponent, 'e', 'e', sign);
    draw.bytes(exponent, 'E', 'E', sign);
    int digits = draw.state();
    draw.skip(sign, digits);
    draw.bytes(sign, '+', '+', digits);
    draw.bytes(sign, '-', '-', digits);
    int last = draw.state();
    draw.bytes(digits, '0', '9', last);
    draw.skip(last, to);
    draw.bytes(last, '0', '9', to);
  }

  /** A whole number of {@code [least, most]}, neither negative, without needless zeros. */
  void digits(int from, BigInteger least, BigInteger most, int to) {
    String low = least.toString();
    String high = most.toString();
    for (int length = low.length(); length <= high.length(); length++) {
      String first = length == low.length() ? low : "1" + "0".repeat(length - 1);
      String last = length == high.length() ? high : "9".repeat(length);
      new DigitRange(draw, first, last).draw(from, to);
    }
  }

  /** Any JSON value. */
  void value(int from, int to) {
    if (!valueDrawn) {
      valueDrawn = true;
      drawValue(draw.start(value), draw.end(value));
    }
    draw.call(from, value, to);
  }

  private void drawValue(int from, int to) {
    string(from, 0, -1, to);
    number(from, to);
    for (String word : new String[] {"true", "false", "null"}) {
      draw.text(from, word, to);
    }
    object(from, to);
    int open = draw.state();
    draw.bytes(from, '[', '[', open);
    list(open, this::value, to);
  }

  /** Any object. */
  void object(int from, int to) {
    int open = draw.state();
    draw.bytes(from, '{', '{', open);
    int first = draw.state();
    space(open, first);
    draw.bytes(first, '}', '}', to);
    int after = draw.state();
    member(first, after);
    int comma = draw.state();
    draw.bytes(after, ',', ',', comma);
    int again = draw.state();
    space(comma, again);
    member(again, after);
    close(after, '}', to);
  }

  private void member(int from, int to) {
    int key = draw.state();
    string(from, 0, -1, key);
    int content = draw.state();
    colon(key, content);
    value(content, to);
  }

  /** A colon, and perhaps a space. */
  void colon(int from, int to) {
    int colon = draw.state();
    draw.bytes(from, ':', ':', colon);
    draw.skip(colon, to);
    draw.bytes(colon, ' ', ' ', to);
  }

  /** White space, and a bracket. */
  void close(int from, char bracket, int to) {
    int last = draw.state();
    space(from, last);
    draw.bytes(last, bracket, bracket, to);
  }

  /** Something that leads from a state to another. */
  @FunctionalInterface
  interface Part {
    void draw(int from, int to);
  }

  /** What follows the bracket of a list of any length. */
  void list(int from, Part element, int to) {
    int first = draw.state();
    space(from, first);
    draw.bytes(first, ']', ']', to);
    int after = draw.state();
    element.draw(first, after);
    int comma = draw.state();
    draw.bytes(after, ',', ',', comma);
    int again = draw.state();
    space(comma, again);
    element.draw(again, after);
    close(after, ']', to);
  }
}

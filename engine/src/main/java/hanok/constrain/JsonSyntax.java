package hanok.constrain;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Draws JSON (RFC 8259) as models write it: compact, with single spaces as {@code json.dumps} has
 * them, or over many lines. White space is bounded, numbers are, and what a string holds is
 * well-formed UTF-8.
 */
final class JsonSyntax {
  /** Spaces at the beginning of a line. */
  static final int INDENT_MAX = 32;

  /** Digits before the point, and behind it, where no bound says otherwise. */
  static final int DIGITS_MAX = 20;

  /** What stands in a string as it is; everything else is escaped. */
  static final CodePoints PLAIN =
      CodePoints.of(0x20, 0x21, 0x23, 0x5B, 0x5D, Character.MAX_CODE_POINT);

  private static final String ESCAPED = "\"\\\b\f\n\r\t";
  private static final String ESCAPES = "\"\\bfnrt";

  final AutomatonBuilder builder;
  private final Utf8Edges utf8;
  private final int space;
  private final int character;
  private final int restOfString;
  private final int string;
  private final int number;
  private final int object;
  private final int value;

  JsonSyntax(AutomatonBuilder builder) {
    this.builder = builder;
    utf8 = new Utf8Edges(builder);
    space = builder.rule();
    character = builder.rule();
    restOfString = builder.rule();
    string = builder.rule();
    number = builder.rule();
    object = builder.rule();
    value = builder.rule();
    drawSpace();
    anyCharacter(builder.start(character), builder.end(character));
    int inside = builder.state();
    builder.skip(builder.start(restOfString), inside);
    anyCharacter(inside, inside);
    builder.text(inside, "\"", builder.end(restOfString));
    int opened = builder.state();
    builder.text(builder.start(string), "\"", opened);
    builder.call(opened, restOfString, builder.end(string));
    drawNumber(builder.start(number), builder.end(number));
    drawObject(builder.start(object), builder.end(object));
    drawValue(builder.start(value), builder.end(value));
  }

  /** A character of a string: as it stands, or escaped in one of the ways there are. */
  int character() {
    return character;
  }

  /** Characters and the closing quote. */
  int restOfString() {
    return restOfString;
  }

  int string() {
    return string;
  }

  int number() {
    return number;
  }

  int object() {
    return object;
  }

  int value() {
    return value;
  }

  /** Nothing, one space, or a new line and up to {@value #INDENT_MAX} spaces. */
  void space(int from, int to) {
    builder.skip(from, to);
    builder.call(from, space, to);
  }

  private void drawSpace() {
    builder.text(builder.start(space), " ", builder.end(space));
    int at = builder.state();
    builder.text(builder.start(space), "\n", at);
    for (int i = 0; i < INDENT_MAX; i++) {
      builder.skip(at, builder.end(space));
      int next = builder.state();
      builder.text(at, " ", next);
      at = next;
    }
    builder.skip(at, builder.end(space));
  }

  private void anyCharacter(int from, int to) {
    utf8.draw(from, PLAIN, to);
    int escape = builder.state();
    builder.text(from, "\\", escape);
    utf8.draw(escape, CodePoints.of("\"\\/bfnrt"), to);
    int hex = builder.state();
    builder.text(escape, "u", hex);
    int twoDigits = builder.state();
    int threeDigits = builder.state();
    int afterD = builder.state();
    CodePoints digits = CodePoints.of("0123456789abcdefABCDEF");
    utf8.draw(hex, digits.minus(CodePoints.of("dD")), threeDigits);
    utf8.draw(hex, CodePoints.of("dD"), afterD);
    utf8.draw(afterD, CodePoints.of("01234567"), twoDigits);
    utf8.draw(threeDigits, digits, twoDigits);
    hexDigits(twoDigits, 2, to);
    surrogatePair(afterD, to);
  }

  /** From behind {@code \}{@code ud}: a high surrogate, which a low one must follow. */
  private void surrogatePair(int afterD, int to) {
    int high = builder.state();
    int low = builder.state();
    int lowD = builder.state();
    int lowDigits = builder.state();
    int twoDigits = builder.state();
    utf8.draw(afterD, CodePoints.of("89abAB"), twoDigits);
    hexDigits(twoDigits, 2, high);
    builder.text(high, "\\u", low);
    utf8.draw(low, CodePoints.of("dD"), lowD);
    utf8.draw(lowD, CodePoints.of("cdefCDEF"), lowDigits);
    hexDigits(lowDigits, 2, to);
  }

  private void hexDigits(int from, int count, int to) {
    int at = from;
    for (int i = 1; i <= count; i++) {
      int next = i == count ? to : builder.state();
      utf8.draw(at, CodePoints.of("0123456789abcdefABCDEF"), next);
      at = next;
    }
  }

  /** One code point of a set, as it stands or by its shortest escape. */
  void codePoint(int from, CodePoints set, int to) {
    utf8.draw(from, set.intersect(PLAIN), to);
    for (int c = 0; c < 0x20; c++) {
      if (set.contains(c) && ESCAPED.indexOf(c) < 0) {
        builder.text(from, escape(c), to);
      }
    }
    ESCAPED.chars().filter(set::contains).forEach(c -> builder.text(from, escape(c), to));
  }

  private static String escape(int c) {
    int index = ESCAPED.indexOf(c);
    return index < 0 ? "\\u" + HexFormat.of().toHexDigits((char) c) : "\\" + ESCAPES.charAt(index);
  }

  /** A string as it is written: the only way in which keys and given values are spelt. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw new IllegalArgumentException(
                "the text \"%s\" has half of a surrogate pair".formatted(text));
          }
          quoted.append(PLAIN.contains(c) ? Character.toString(c) : escape(c));
        });
    return quoted.append('"').toString();
  }

  /** A value as {@link #literal} takes it, without white space. */
  static String compact(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(member -> quoted(member.getKey()) + ":" + compact(member.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value.isArray()) {
      return value.values().stream()
          .map(JsonSyntax::compact)
          .collect(Collectors.joining(",", "[", "]"));
    }
    return value.isString() ? quoted(value.stringValue()) : value.toString();
  }

  private void drawNumber(int from, int to) {
    int sign = builder.state();
    builder.skip(from, sign);
    builder.text(from, "-", sign);
    int whole = builder.state();
    builder.text(sign, "0", whole);
    int more = builder.state();
    builder.bytes(sign, '1', '9', more);
    digits(more, 0, DIGITS_MAX - 1, whole);
    int point = builder.state();
    int fraction = builder.state();
    builder.skip(whole, fraction);
    builder.text(whole, ".", point);
    digits(point, 1, DIGITS_MAX, fraction);
    builder.skip(fraction, to);
    int e = builder.state();
    int exponent = builder.state();
    utf8.draw(fraction, CodePoints.of("eE"), e);
    builder.skip(e, exponent);
    utf8.draw(e, CodePoints.of("+-"), exponent);
    drawExponent(exponent, to);
  }

  /** Up to 279, so that the number has a place among doubles. */
  private void drawExponent(int from, int to) {
    digits(from, 1, 2, to);
    int hundred = builder.state();
    int twoHundred = builder.state();
    int last = builder.state();
    builder.text(from, "1", hundred);
    builder.bytes(hundred, '0', '9', last);
    builder.text(from, "2", twoHundred);
    builder.bytes(twoHundred, '0', '7', last);
    builder.bytes(last, '0', '9', to);
  }

  private void digits(int from, int least, int most, int to) {
    int at = from;
    for (int i = 0; i < most; i++) {
      if (i >= least) {
        builder.skip(at, to);
      }
      int next = i == most - 1 ? to : builder.state();
      builder.bytes(at, '0', '9', next);
      at = next;
    }
  }

  private void drawValue(int from, int to) {
    builder.call(from, object, to);
    array(from, value, to);
    builder.call(from, string, to);
    builder.call(from, number, to);
    builder.text(from, "true", to);
    builder.text(from, "false", to);
    builder.text(from, "null", to);
  }

  /** Any number of values of a rule. */
  private void array(int from, int rule, int to) {
    int opened = builder.state();
    int item = builder.state();
    int after = builder.state();
    builder.text(from, "[", opened);
    builder.text(opened, "]", to);
    space(opened, item);
    builder.call(item, rule, after);
    comma(after, item);
    close(after, "]", to);
  }

  /** From behind a member or an item to before the next. */
  void comma(int from, int to) {
    int behind = builder.state();
    builder.text(from, ",", behind);
    space(behind, to);
  }

  /** From behind the last member or item to behind the bracket. */
  void close(int from, String bracket, int to) {
    int last = builder.state();
    space(from, last);
    builder.text(last, bracket, to);
  }

  /** From behind a key to before its value. */
  void colon(int from, int to) {
    int behind = builder.state();
    builder.text(from, ":", behind);
    builder.skip(behind, to);
    builder.text(behind, " ", to);
  }

  private void drawObject(int from, int to) {
    int opened = builder.state();
    int before = builder.state();
    int key = builder.state();
    int content = builder.state();
    int after = builder.state();
    builder.text(from, "{", opened);
    builder.text(opened, "}", to);
    space(opened, before);
    builder.call(before, string, key);
    colon(key, content);
    builder.call(content, value, after);
    comma(after, before);
    close(after, "}", to);
  }

  /** Exactly one value. */
  void literal(int from, JsonNode literal, int to) {
    if (literal.isEmpty() || !literal.isContainer()) {
      builder.text(from, compact(literal), to);
      return;
    }
    int opened = builder.state();
    int before = builder.state();
    int after = before;
    builder.text(from, literal.isObject() ? "{" : "[", opened);
    space(opened, before);
    for (Map.Entry<String, JsonNode> member : members(literal)) {
      if (after != before) {
        before = builder.state();
        comma(after, before);
      }
      after = builder.state();
      int content = before;
      if (literal.isObject()) {
        int key = builder.state();
        content = builder.state();
        builder.text(before, quoted(member.getKey()), key);
        colon(key, content);
      }
      literal(content, member.getValue(), after);
    }
    close(after, literal.isObject() ? "}" : "]", to);
  }

  /** What an object or an array holds; the keys of an array's items do not matter. */
  private static Collection<Map.Entry<String, JsonNode>> members(JsonNode container) {
    return container.isObject()
        ? container.properties()
        : container.values().stream().map(item -> Map.entry("", item)).toList();
  }
}

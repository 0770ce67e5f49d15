package hanok.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular expressions that are regular: no references back, no looking around. Where
 * dialects differ, a class holds what is in it in all of them.
 *
 * @see <a href="https://json-schema.org/understanding-json-schema/reference/regular_expressions">
 *     regular expressions in JSON Schema</a>
 */
final class RegexParser {
  private static final int LENGTH_MAX = 2000;
  private static final int DEPTH_MAX = 50;
  private static final int REPEAT_MAX = 1000;

  private final String pattern;
  private int at;
  private int depth;

  private RegexParser(String pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws IllegalArgumentException if it is no regular expression, or one that is not supported
   */
  static Regex parse(String pattern) {
    if (pattern.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "the pattern has %d characters, at most %d can be kept"
              .formatted(pattern.length(), LENGTH_MAX));
    }
    RegexParser parser = new RegexParser(pattern);
    Regex regex = parser.choice();
    if (parser.at < pattern.length()) {
      throw parser.error("a bracket closes that was not opened");
    }
    return regex;
  }

  private IllegalArgumentException error(String why) {
    return new IllegalArgumentException("the pattern at character %d: %s".formatted(at, why));
  }

  private boolean more() {
    return at < pattern.length();
  }

  private int peek() {
    return more() ? pattern.codePointAt(at) : -1;
  }

  private int take() {
    if (!more()) {
      throw error("it ends too early");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private boolean takeIf(String text) {
    boolean found = pattern.startsWith(text, at);
    at += found ? text.length() : 0;
    return found;
  }

  private Regex choice() {
    if (++depth > DEPTH_MAX) {
      throw error("groups are nested deeper than " + DEPTH_MAX);
    }
    List<Regex> parts = new ArrayList<>();
    parts.add(sequence());
    while (takeIf("|")) {
      parts.add(sequence());
    }
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Regex.Choice(parts);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (more() && peek() != '|' && peek() != ')') {
      parts.add(repeated(atom()));
    }
    return new Regex.Sequence(parts);
  }

  private Regex repeated(Regex atom) {
    int least;
    int most;
    if (takeIf("*")) {
      least = 0;
      most = -1;
    } else if (takeIf("+")) {
      least = 1;
      most = -1;
    } else if (takeIf("?")) {
      least = 0;
      most = 1;
    } else if (peek() == '{') {
      at++;
      least = count();
      most = takeIf(",") ? peek() == '}' ? -1 : count() : least;
      if (!takeIf("}") || most >= 0 && most < least) {
        throw error("a repetition is {m}, {m,} or {m,n}");
      }
    } else {
      return atom;
    }
    takeIf("?"); // as few as possible: the same texts
    if (peek() == '*' || peek() == '+' || peek() == '{') {
      throw error("a repetition of a repetition is not supported");
    }
    if (atom instanceof Regex.Start || atom instanceof Regex.End) {
      throw error("an anchor cannot be repeated");
    }
    return new Regex.Repeat(atom, least, most);
  }

  private int count() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (start == at || at - start > 6) {
      throw error("a repetition needs a number");
    }
    int count = Integer.parseInt(pattern.substring(start, at));
    if (count > REPEAT_MAX) {
      throw error("%d repetitions, at most %d can be kept".formatted(count, REPEAT_MAX));
    }
    return count;
  }

  private Regex atom() {
    int c = take();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Regex.Chars(charClass());
      case '.' -> new Regex.Chars(CharSet.DOT);
      case '^' -> new Regex.Start();
      case '$' -> new Regex.End();
      case '\\' -> new Regex.Chars(escape(false));
      case '*', '+', '?', '{' -> throw error("there is nothing to repeat");
      default -> new Regex.Chars(CharSet.of(c, c));
    };
  }

  private Regex group() {
    if (takeIf("?")) {
      boolean named = takeIf("<") && peek() != '=' && peek() != '!';
      if (named) {
        int c = take(); // the name of the group
        while (c != '>') {
          c = take();
        }
      } else if (!takeIf(":")) {
        throw error("looking around is not supported");
      }
    }
    Regex inside = choice();
    if (!takeIf(")")) {
      throw error("a bracket is not closed");
    }
    return inside;
  }

  private CharSet charClass() {
    boolean negated = takeIf("^");
    List<CharSet> sets = new ArrayList<>();
    boolean first = true;
    while (first || peek() != ']') {
      first = false;
      int start = at;
      int c = take();
      if (c == '[' && (peek() == ':' || peek() == '=')) {
        throw error("POSIX classes are not supported");
      }
      CharSet set = c == '\\' ? escape(true) : CharSet.of(c, c);
      if (peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
        at++;
        int d = take();
        CharSet end = d == '\\' ? escape(true) : CharSet.of(d, d);
        int low = single(set, start);
        int high = single(end, start);
        if (low > high) {
          throw error("a range runs backwards");
        }
        set = CharSet.of(low, high);
      }
      sets.add(set);
    }
    at++;
    CharSet all = CharSet.union(sets);
    return negated ? all.complement() : all;
  }

  private int single(CharSet set, int start) {
    if (set.ranges().size() != 1 || set.ranges().getFirst()[0] != set.ranges().getFirst()[1]) {
      at = start;
      throw error("a range needs two characters");
    }
    return set.ranges().getFirst()[0];
  }

  private CharSet escape(boolean inClass) {
    int c = take();
    return switch (c) {
      case 'd' -> CharSet.DIGIT;
      case 'D' -> CharSet.DIGIT.complement();
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.WORD.complement();
      case 's' -> CharSet.SPACE;
      case 'S' -> CharSet.NO_SPACE;
      case 't' -> CharSet.of('\t', '\t');
      case 'n' -> CharSet.of('\n', '\n');
      case 'r' -> CharSet.of('\r', '\r');
      case 'f' -> CharSet.of('\f', '\f');
      case 'v' -> CharSet.of(0x0B, 0x0B);
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      default -> {
        boolean letter = Character.isLetterOrDigit(c);
        if (letter || c == 'b' && !inClass) {
          throw error("the escape \\%c is not supported".formatted(c));
        }
        yield CharSet.of(c, c);
      }
    };
  }

  private CharSet hex(int digits) {
    try {
      int c = Integer.parseInt(pattern, at, Math.min(pattern.length(), at + digits), 16);
      at += digits;
      return CharSet.of(c, c);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw error("an escape needs %d hexadecimal digits".formatted(digits));
    }
  }
}

package hanok.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular expressions that JSON Schema recommends, and a little more: characters, {@code
 * .}, classes, {@code \d \w \s} and their opposites, groups, alternatives, quantifiers, and anchors
 * at the ends. What looks around or back is refused. As everywhere in JSON Schema, a pattern
 * without anchors matches anywhere in a text.
 *
 * <p>Readers differ about white space outside of ASCII. What we write must be right for all of
 * them: {@code \s} is that of ASCII, and {@code \S} is nothing that anyone calls white space.
 */
final class PatternParser {
  static final int LENGTH_MAX = 2000;
  static final int GROUPS_MAX = 50;
  static final int REPEAT_MAX = 10_000;

  private static final CodePoints DIGIT = CodePoints.of('0', '9');
  private static final CodePoints WORD = CodePoints.of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
  private static final CodePoints SPACE = CodePoints.of('\t', '\r', ' ', ' ');
  private static final CodePoints WIDE_SPACE =
      CodePoints.of(
          '\t', '\r', 0x1C, ' ', 0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000,
          0x200A, 0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF);
  private static final CodePoints LINE_ENDS =
      CodePoints.of('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029);
  private static final Pattern ANYTHING =
      new Pattern.Repeat(new Pattern.Chars(CodePoints.ALL), 0, -1);

  private final String source;
  private final String pointer;
  private int at;
  private int depth;

  private PatternParser(String source, String pointer) {
    this.source = source;
    this.pointer = pointer;
  }

  /**
   * The pattern of all texts in which {@code source} is found.
   *
   * @param pointer where it stands in the schema, for errors
   */
  static Pattern parse(String source, String pointer) {
    if (source.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "%s: a pattern of %d characters; Hanok takes up to %d"
              .formatted(pointer, source.length(), LENGTH_MAX));
    }
    return new PatternParser(source, pointer).whole();
  }

  private Pattern whole() {
    List<Pattern> branches = new ArrayList<>();
    do {
      boolean begins = accept('^');
      Pattern branch = sequence();
      boolean ends = accept('$');
      List<Pattern> parts = new ArrayList<>();
      if (!begins) {
        parts.add(ANYTHING);
      }
      parts.add(branch);
      if (!ends) {
        parts.add(ANYTHING);
      }
      branches.add(new Pattern.Sequence(parts));
    } while (accept('|'));
    if (at < source.length()) {
      throw refused("\"%s\" is out of place".formatted(source.charAt(at)));
    }
    return new Pattern.Choice(branches);
  }

  private Pattern choice() {
    List<Pattern> branches = new ArrayList<>();
    do {
      branches.add(sequence());
    } while (accept('|'));
    return branches.size() == 1 ? branches.getFirst() : new Pattern.Choice(branches);
  }

  private Pattern sequence() {
    List<Pattern> parts = new ArrayList<>();
    while (at < source.length() && "|)$^".indexOf(source.charAt(at)) < 0) {
      parts.add(quantified(atom()));
    }
    return new Pattern.Sequence(parts);
  }

  private Pattern atom() {
    int c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Pattern.Chars(characterClass());
      case '.' -> new Pattern.Chars(LINE_ENDS.complement());
      case '\\' -> new Pattern.Chars(escape(false));
      case '*', '+', '?', '{' -> throw refused("nothing to repeat before \"%c\"".formatted(c));
      default -> new Pattern.Chars(CodePoints.of(c, c));
    };
  }

  private Pattern group() {
    if (accept('?') && !accept(':')) {
      throw refused("groups that begin with \"(?\" are refused, except \"(?:\"");
    }
    if (++depth > GROUPS_MAX) {
      throw refused("more than %d groups within one another".formatted(GROUPS_MAX));
    }
    Pattern inside = choice();
    if (!accept(')')) {
      throw refused(
          at < source.length()
              ? "anchors are taken at the ends of the pattern only"
              : "a group is not closed");
    }
    depth--;
    return inside;
  }

  private Pattern quantified(Pattern part) {
    int least;
    int most;
    if (accept('*')) {
      least = 0;
      most = -1;
    } else if (accept('+')) {
      least = 1;
      most = -1;
    } else if (accept('?')) {
      least = 0;
      most = 1;
    } else if (accept('{')) {
      least = count();
      most = !accept(',') ? least : peek() == '}' ? -1 : count();
      if (!accept('}') || most >= 0 && most < least) {
        throw refused("a quantifier in braces is {n}, {n,} or {n,m} with n <= m");
      }
    } else {
      return part;
    }
    accept('?'); // whether it is greedy makes no difference to what it matches
    if (peek() >= 0 && "*+?{".indexOf(peek()) >= 0) {
      throw refused("a quantifier follows a quantifier");
    }
    return new Pattern.Repeat(part, least, most);
  }

  private int count() {
    int from = at;
    int count = 0;
    while (peek() >= '0' && peek() <= '9' && count <= REPEAT_MAX) {
      count = 10 * count + next() - '0';
    }
    if (at == from || count > REPEAT_MAX) {
      throw refused("a quantifier counts from 0 to %d".formatted(REPEAT_MAX));
    }
    return count;
  }

  private CodePoints characterClass() {
    boolean negated = accept('^');
    CodePoints set = CodePoints.NONE;
    while (!accept(']')) {
      CodePoints from = classAtom(negated);
      if (peek() == '-' && at + 1 < source.length() && source.charAt(at + 1) != ']') {
        at++;
        CodePoints to = classAtom(negated);
        if (!isOne(from) || !isOne(to) || from.bounds()[0] > to.bounds()[0]) {
          throw refused("a range in a class is from a character to one that is not before it");
        }
        from = CodePoints.of(from.bounds()[0], to.bounds()[0]);
      }
      set = set.union(from);
    }
    return negated ? set.complement() : set;
  }

  private static boolean isOne(CodePoints set) {
    return set.bounds().length == 2 && set.bounds()[0] == set.bounds()[1];
  }

  private CodePoints classAtom(boolean negated) {
    int c = next();
    if (c == '\\') {
      return accept('b') ? CodePoints.of('\b', '\b') : escape(negated);
    }
    if (c == '[' || c == '&' && peek() == '&') {
      throw refused("classes within classes; write \\[ for a bracket");
    }
    return CodePoints.of(c, c);
  }

  /**
   * @param negated whether what is left out is what will be written
   */
  private CodePoints escape(boolean negated) {
    int c = next();
    return switch (c) {
      case 'd' -> DIGIT;
      case 'D' -> DIGIT.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> negated ? WIDE_SPACE : SPACE;
      case 'S' -> (negated ? SPACE : WIDE_SPACE).complement();
      case 't' -> CodePoints.of("\t");
      case 'n' -> CodePoints.of("\n");
      case 'r' -> CodePoints.of("\r");
      case 'f' -> CodePoints.of("\f");
      case 'v' -> CodePoints.of(0x0B, 0x0B);
      case '0' -> CodePoints.of(0, 0);
      case 'x' -> hex(2);
      case 'u' -> accept('{') ? hexInBraces() : hex(4);
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw refused("\"\\%c\" is refused".formatted(c));
        }
        yield CodePoints.of(c, c);
      }
    };
  }

  private CodePoints hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      value = 16 * value + hexDigit();
    }
    return one(value);
  }

  private CodePoints hexInBraces() {
    int value = 0;
    do {
      value = 16 * value + hexDigit();
    } while (!accept('}') && value <= Character.MAX_CODE_POINT);
    return one(value);
  }

  private int hexDigit() {
    int digit = Character.digit(next(), 16);
    if (digit < 0) {
      throw refused("\\x takes two hexadecimal digits, \\u four");
    }
    return digit;
  }

  private CodePoints one(int value) {
    if (!CodePoints.ALL.contains(value)) {
      throw refused("%x is no character".formatted(value));
    }
    return CodePoints.of(value, value);
  }

  private int peek() {
    return at < source.length() ? source.charAt(at) : -1;
  }

  private boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private int next() {
    if (at == source.length()) {
      throw refused("it ends too early");
    }
    int c = source.codePointAt(at);
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw refused("half of a surrogate pair");
    }
    at += Character.charCount(c);
    return c;
  }

  private IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(
        "%s: the pattern \"%s\" is refused at character %d: %s"
            .formatted(pointer, source, at, reason));
  }
}

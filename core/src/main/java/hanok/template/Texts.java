package hanok.template;

import hanok.token.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is done to texts; each character of a result is said by whom it came from. */
final class Texts {
  private Texts() {}

  static Text upper(Text text, Meter meter) {
    return map(text, meter, s -> s.toUpperCase(Locale.ROOT));
  }

  static Text lower(Text text, Meter meter) {
    return map(text, meter, s -> s.toLowerCase(Locale.ROOT));
  }

  private static Text map(Text text, Meter meter, UnaryOperator<String> change) {
    TextBuilder out = new TextBuilder(meter);
    for (Span span : text.spans()) {
      out.append(change.apply(span.text()), span.template());
    }
    return out.build();
  }

  /** As Python's method: a letter behind another is small, every other one large. */
  static Text title(Text text, Meter meter) {
    return recase(text, meter, (before, c) -> !isCased(before));
  }

  /** As Jinja's filter: a letter is large behind white space, a hyphen or a bracket. */
  static Text words(Text text, Meter meter) {
    return recase(
        text,
        meter,
        (before, c) -> before == 0 || JinjaLexer.isSpace(before) || "-({[<".indexOf(before) >= 0);
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static Text capitalize(Text text, Meter meter) {
    return recase(text, meter, (before, c) -> before == 0);
  }

  private interface IsLarge {
    boolean test(int before, int c);
  }

  private static Text recase(Text text, Meter meter, IsLarge large) {
    TextBuilder out = new TextBuilder(meter);
    int before = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.string().codePointAt(i);
      String letter = Character.toString(c);
      String changed =
          large.test(before, c)
              ? Character.toString(Character.toTitleCase(c))
              : letter.toLowerCase(Locale.ROOT);
      out.append(changed, text.isTemplate(i));
      before = c;
      i += Character.charCount(c);
    }
    return out.build();
  }

  /**
   * Takes characters from the ends.
   *
   * @param characters those to take; null for white space
   */
  static Text strip(
      Text text, @Nullable Text characters, boolean left, boolean right, Meter meter) {
    String string = text.string();
    int from = 0;
    int to = string.length();
    while (left && from < to && isTaken(string.codePointAt(from), characters, meter)) {
      from += Character.charCount(string.codePointAt(from));
    }
    while (right && to > from && isTaken(string.codePointBefore(to), characters, meter)) {
      to -= Character.charCount(string.codePointBefore(to));
    }
    meter.characters(to - from);
    return text.substring(from, to);
  }

  private static boolean isTaken(int c, @Nullable Text characters, Meter meter) {
    if (characters == null) {
      return JinjaLexer.isSpace(c);
    }
    meter.characters(1 + characters.length() / 16);
    return characters.string().indexOf(c) >= 0;
  }

  /** The parts between separators, of which the first {@code most} count if it is not negative. */
  static List<Value> split(Text text, Text separator, int most, Meter meter) {
    if (separator.isEmpty()) {
      throw new Fault("a text is split at a separator, which is empty");
    }
    meter.search(text.length(), separator.length());
    List<Value> parts = new ArrayList<>();
    int from = 0;
    while (most < 0 || parts.size() < most) {
      int at = text.string().indexOf(separator.string(), from);
      if (at < 0) {
        break;
      }
      meter.step();
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** The parts between runs of white space. */
  static List<Value> words(Text text, int most, Meter meter) {
    String string = text.string();
    List<Value> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < string.length() && JinjaLexer.isSpace(string.charAt(at))) {
        at++;
      }
      if (at == string.length()) {
        return words;
      }
      meter.step();
      if (words.size() == most) {
        words.add(strip(text.substring(at), null, false, true, meter));
        return words;
      }
      int from = at;
      while (at < string.length() && !JinjaLexer.isSpace(string.charAt(at))) {
        at++;
      }
      words.add(text.substring(from, at));
    }
  }

  /** The lines, without their ends. */
  static List<Value> lines(Text text, Meter meter) {
    String string = text.string();
    List<Value> lines = new ArrayList<>();
    int from = 0;
    int at = 0;
    while (at < string.length()) {
      boolean ends = "\n\r\013\f\034\035\036\u0085\u2028\u2029".indexOf(string.charAt(at)) >= 0;
      int next = at + (string.startsWith("\r\n", at) ? 2 : 1);
      if (ends) {
        meter.step();
        lines.add(text.substring(from, at));
        from = next;
      }
      at = next;
    }
    if (from < string.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  /** Replaces the first {@code most} occurrences, or all if it is negative. */
  static Text replace(Text text, Text old, Text by, int most, Meter meter) {
    TextBuilder out = new TextBuilder(meter);
    if (old.isEmpty()) {
      int done = 0;
      for (int i = 0; i <= text.length(); done++) {
        out.append(most < 0 || done < most ? by : Text.EMPTY);
        meter.step();
        int end =
            i == text.length() ? i + 1 : i + Character.charCount(text.string().codePointAt(i));
        out.append(text.substring(i, Math.min(end, text.length())));
        i = end;
      }
      return out.build();
    }
    List<Value> parts = split(text, old, most, meter);
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? Text.EMPTY : by).append((Text) parts.get(i));
    }
    return out.build();
  }

  /** The printed values, with a text between them. */
  static Text join(Text between, List<Value> values, Meter meter) {
    TextBuilder out = new TextBuilder(meter);
    for (int i = 0; i < values.size(); i++) {
      meter.step();
      out.append(i == 0 ? Text.EMPTY : between).append(Printing.str(values.get(i), meter));
    }
    return out.build();
  }
}

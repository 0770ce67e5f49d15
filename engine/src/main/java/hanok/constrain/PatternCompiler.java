package hanok.constrain;

import java.util.List;

/** Draws the contents of JSON strings that a regular expression describes. */
final class PatternCompiler {
  private final AutomatonBuilder draw;
  private final JsonRules json;
  private final Utf8Ranges utf8;

  PatternCompiler(AutomatonBuilder draw, JsonRules json) {
    this.draw = draw;
    this.json = json;
    utf8 = new Utf8Ranges(draw);
  }

  /**
   * Draws all texts in which the pattern is found.
   *
   * @throws IllegalArgumentException if the pattern is not supported
   */
  void draw(String pattern, int from, int to) {
    Regex regex = RegexParser.parse(pattern);
    List<Regex> choices = regex instanceof Regex.Choice(List<Regex> parts) ? parts : List.of(regex);
    for (Regex choice : choices) {
      anchored(choice, from, to);
    }
  }

  /** Anchors mean something only at both ends; elsewhere other text may stand. */
  private void anchored(Regex regex, int from, int to) {
    List<Regex> parts =
        regex instanceof Regex.Sequence(List<Regex> sequence) ? sequence : List.of(regex);
    boolean start = !parts.isEmpty() && parts.getFirst() instanceof Regex.Start;
    boolean end = !parts.isEmpty() && parts.getLast() instanceof Regex.End;
    List<Regex> inner =
        parts.subList(start ? 1 : 0, Math.max(start ? 1 : 0, parts.size() - (end ? 1 : 0)));
    int first = draw.state();
    if (start) {
      draw.skip(from, first);
    } else {
      json.characters(from, 0, -1, first);
    }
    int last = draw.state();
    draw(new Regex.Sequence(inner), first, last);
    if (end) {
      draw.skip(last, to);
    } else {
      json.characters(last, 0, -1, to);
    }
  }

  private void draw(Regex regex, int from, int to) {
    switch (regex) {
      case Regex.Chars(CharSet set) -> set.ranges().forEach(r -> chars(from, r[0], r[1], to));
      case Regex.Sequence(List<Regex> parts) -> {
        int at = from;
        for (Regex part : parts) {
          int next = draw.state();
          draw(part, at, next);
          at = next;
        }
        draw.skip(at, to);
      }
      case Regex.Choice(List<Regex> parts) -> parts.forEach(part -> draw(part, from, to));
      case Regex.Repeat(Regex part, int least, int most) -> repeat(part, least, most, from, to);
      case Regex.Start _, Regex.End _ ->
          throw new IllegalArgumentException(
              "the pattern: anchors are supported only at both ends of it");
    }
  }

  private void repeat(Regex part, int least, int most, int from, int to) {
    int at = draw.state();
    draw.skip(from, at);
    for (int i = 0; i < Math.max(least, most); i++) {
      if (i >= least) {
        draw.skip(at, to);
      }
      int next = draw.state();
      draw(part, at, next);
      at = next;
    }
    if (most >= 0) {
      draw.skip(at, to);
      return;
    }
    int loop = draw.state();
    draw.skip(at, loop);
    int again = draw.state();
    draw(part, loop, again);
    draw.skip(again, loop);
    draw.skip(loop, to);
  }

  /** Characters as JSON writes them: some only with an escape. */
  private void chars(int from, int low, int high, int to) {
    int at = low;
    while (at <= high && at < ' ') {
      draw.text(from, escaped(at), to);
      at++;
    }
    for (char special : new char[] {'"', '\\'}) {
      if (special >= at && special <= high) {
        if (at < special) {
          utf8.codePoints(from, at, special - 1, to);
        }
        draw.text(from, "\\" + special, to);
        at = special + 1;
      }
    }
    if (at <= high) {
      utf8.codePoints(from, at, high, to);
    }
  }

  private static String escaped(int control) {
    return switch (control) {
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted(control);
    };
  }
}

package hanok.template;

import java.util.Arrays;

/** Writes a {@link Text} on a meter. */
final class TextBuilder {
  private final Meter meter;
  private final StringBuilder string = new StringBuilder();
  private int[] turns = new int[4];
  private int turnCount;
  private boolean first = true; // who speaks first
  private boolean last = true; // who spoke last

  TextBuilder(Meter meter) {
    this.meter = meter;
  }

  TextBuilder append(Text text) {
    if (text.isTemplate()) {
      return append(text.string(), true);
    }
    for (hanok.token.Span span : text.spans()) {
      append(span.text(), span.template());
    }
    return this;
  }

  /** Appends what the template says. */
  TextBuilder append(String text) {
    return append(text, true);
  }

  TextBuilder append(String text, boolean template) {
    if (text.isEmpty()) {
      return this;
    }
    count(text.length());
    speak(template);
    string.append(text);
    return this;
  }

  TextBuilder append(int codePoint, boolean template) {
    count(Character.charCount(codePoint));
    speak(template);
    string.appendCodePoint(codePoint);
    return this;
  }

  int length() {
    return string.length();
  }

  Text build() {
    return new Text(string.toString(), Arrays.copyOf(turns, turnCount), first);
  }

  private void count(int units) {
    meter.characters(units);
    if (string.length() + (long) units > Meter.TEXT_MAX) {
      throw new Fault("a text may have %d characters, this has more".formatted(Meter.TEXT_MAX));
    }
  }

  private void speak(boolean template) {
    if (string.isEmpty()) {
      first = template;
    } else if (template != last) {
      if (turnCount == turns.length) {
        turns = Arrays.copyOf(turns, 2 * turnCount);
      }
      turns[turnCount++] = string.length();
    }
    last = template;
  }
}

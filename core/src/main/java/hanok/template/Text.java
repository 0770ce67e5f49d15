package hanok.template;

import hanok.token.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A string that knows of each of its characters whether the template or a person said it. Two texts
 * are equal if their characters are, whoever said them.
 *
 * <p>Indices count UTF-16 units; where templates see lengths and positions, the caller converts
 * them to the code points that Python counts.
 */
public final class Text implements Value {
  private static final int[] NO_TURNS = {};
  static final Text EMPTY = new Text("", NO_TURNS, true);

  private final String string;
  private final int[] turns; // where the speaker changes: ascending, in (0, length)
  private final boolean template; // whether the template speaks first

  Text(String string, int[] turns, boolean template) {
    this.string = string;
    this.turns = turns;
    this.template = template;
  }

  static Text of(String string, boolean template) {
    return new Text(string, NO_TURNS, template);
  }

  /** A text of the template. */
  static Text of(String string) {
    return of(string, true);
  }

  String string() {
    return string;
  }

  int length() {
    return string.length();
  }

  boolean isEmpty() {
    return string.isEmpty();
  }

  /** Characters as Python counts them. */
  int codePoints() {
    return string.codePointCount(0, string.length());
  }

  /** Whether the template says all of it. */
  boolean isTemplate() {
    return string.isEmpty() || template && turns.length == 0;
  }

  /** Whether the template says the unit at an index. */
  boolean isTemplate(int index) {
    return template == (turnsBefore(index + 1) % 2 == 0);
  }

  /** How many turns stand before an index. */
  private int turnsBefore(int index) {
    int place = Arrays.binarySearch(turns, index);
    return place >= 0 ? place : -place - 1;
  }

  /** The part between two indices. */
  Text substring(int from, int to) {
    if (from >= to) {
      return EMPTY;
    }
    if (turns.length == 0 || from == 0 && to == string.length()) {
      return new Text(string.substring(from, to), turns, template);
    }
    int[] inside = Arrays.copyOfRange(turns, turnsBefore(from + 1), turnsBefore(to));
    for (int i = 0; i < inside.length; i++) {
      inside[i] -= from;
    }
    return new Text(string.substring(from, to), inside, isTemplate(from));
  }

  Text substring(int from) {
    return substring(from, string.length());
  }

  /** The runs of one speaker. */
  List<Span> spans() {
    List<Span> spans = new ArrayList<>(turns.length + 1);
    for (int i = 0; i <= turns.length; i++) {
      int from = i == 0 ? 0 : turns[i - 1];
      int to = i == turns.length ? string.length() : turns[i];
      if (from < to) {
        spans.add(new Span(string.substring(from, to), template == (i % 2 == 0)));
      }
    }
    return spans;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && string.equals(text.string);
  }

  @Override
  public int hashCode() {
    return string.hashCode();
  }

  @Override
  public String toString() {
    return string;
  }
}

package hanok.constrain;

import java.util.List;

/** A regular expression of ECMAScript, as {@link PatternParser} reads it. */
sealed interface Pattern {
  /** One code point of a set. */
  record Chars(CodePoints set) implements Pattern {}

  record Sequence(List<Pattern> parts) implements Pattern {}

  record Choice(List<Pattern> parts) implements Pattern {}

  /**
   * A part again and again.
   *
   * @param most -1 for any number
   */
  record Repeat(Pattern part, int least, int most) implements Pattern {}
}

package hanok.constrain;

import java.util.List;

/** A regular expression. */
sealed interface Regex {
  /** One code point of a set. */
  record Chars(CharSet set) implements Regex {}

  /** One after the other; of none, nothing. */
  record Sequence(List<Regex> parts) implements Regex {}

  /** One of several. */
  record Choice(List<Regex> parts) implements Regex {}

  /**
   * The same several times.
   *
   * @param most -1 for any number
   */
  record Repeat(Regex part, int least, int most) implements Regex {}

  /** The beginning of the text. */
  record Start() implements Regex {}

  /** The end of the text. */
  record End() implements Regex {}
}

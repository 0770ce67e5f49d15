package hanok.token.train;

import java.util.List;
import java.util.SortedMap;

/**
 * How tokenizers do on the same text, and how much of their vocabularies they share.
 *
 * @param entries in the order that the tokenizers were given
 * @param overlaps of all pairs of them
 */
public record Comparison(List<Entry> entries, List<Overlap> overlaps) {

  /**
   * One tokenizer.
   *
   * @param languages by name; documents that say none have the empty name
   * @param total all languages together
   */
  public record Entry(String name, int vocab, SortedMap<String, Score> languages, Score total) {}

  /**
   * What the vocabularies of two tokenizers share; tokens with the same bytes are the same.
   *
   * @param common tokens of both
   * @param either tokens of one or both
   */
  public record Overlap(String first, String second, int common, int either) {
    /** 0 where nothing is shared, 1 where everything is. */
    public double jaccard() {
      return (double) common / either;
    }
  }

  /** How many documents there were; 0 leaves nothing to compare. */
  public long documents() {
    return entries.isEmpty() ? 0 : entries.getFirst().total().documents();
  }
}

package hanok.token.train;

import java.util.Arrays;

/**
 * Distinct pieces as runs of token ids in one array, each with how often it occurs. Merging
 * shortens a word in its place.
 */
final class Words {
  private int[] symbols;
  private int[] starts;
  private int[] lengths;
  private long[] counts;
  private int[] pieces;
  private int size;
  private int top;

  Words(int wordsExpected, int symbolsExpected) {
    symbols = new int[Math.max(16, symbolsExpected)];
    starts = new int[Math.max(16, wordsExpected)];
    lengths = new int[starts.length];
    counts = new long[starts.length];
    pieces = new int[starts.length];
  }

  /** Adds {@code ids[from, to)} as a word, which is (of) a piece. */
  void add(int[] ids, int from, int to, int piece, long count) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      lengths = Arrays.copyOf(lengths, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
      pieces = Arrays.copyOf(pieces, 2 * size);
    }
    int length = to - from;
    if (length > symbols.length - top) {
      long larger = Math.max(2L * symbols.length, (long) top + length);
      symbols = Arrays.copyOf(symbols, (int) Math.min(Integer.MAX_VALUE - 16, larger));
    }
    System.arraycopy(ids, from, symbols, top, length);
    starts[size] = top;
    pieces[size] = piece;
    lengths[size] = length;
    counts[size++] = count;
    top += length;
  }

  int size() {
    return size;
  }

  int start(int word) {
    return starts[word];
  }

  int length(int word) {
    return lengths[word];
  }

  void shorten(int word, int length) {
    lengths[word] = length;
  }

  long count(int word) {
    return counts[word];
  }

  /** The piece that a word is, or is a part of. */
  int piece(int word) {
    return pieces[word];
  }

  /** The array that all words are in: word {@code w} is {@code length(w)} ids from its start. */
  int[] symbols() {
    return symbols;
  }
}

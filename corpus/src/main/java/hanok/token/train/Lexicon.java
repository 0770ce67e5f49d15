package hanok.token.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens known so far and the merges that made them. Ids below {@link #reserved} belong to the
 * layout's own tokens, which no text spells.
 */
final class Lexicon {
  /** A merge that was learned: {@code left right -> result}, all of them ids. */
  record Merge(int left, int right, int result) {}

  private final int reserved;
  private final List<byte[]> tokens = new ArrayList<>();
  private final PieceTable known = new PieceTable();
  private final List<Merge> merges = new ArrayList<>();

  Lexicon(int reserved) {
    this.reserved = reserved;
  }

  int reserved() {
    return reserved;
  }

  /** How many ids are taken, the reserved ones among them. */
  int size() {
    return reserved + tokens.size();
  }

  byte[] bytes(int id) {
    return tokens.get(id - reserved);
  }

  List<Merge> merges() {
    return merges;
  }

  /** The id of a token that is made of these bytes, or -1. */
  int find(byte[] bytes, int from, int to) {
    int entry = known.find(bytes, from, to);
    return entry < 0 ? -1 : (int) known.value(entry);
  }

  /** Gives these bytes the next id. */
  int add(byte[] bytes) {
    int id = size();
    tokens.add(bytes);
    known.add(bytes, 0, bytes.length, id);
    return id;
  }

  /**
   * Learns a merge. Where its token is known already, made of the same bytes by other merges, that
   * token is the result, as Hugging Face has it: the vocabulary does not grow.
   */
  int merge(int left, int right) {
    byte[] a = bytes(left);
    byte[] b = bytes(right);
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    int same = find(joined, 0, joined.length);
    int result = same < 0 ? add(joined) : same;
    merges.add(new Merge(left, right, result));
    return result;
  }
}

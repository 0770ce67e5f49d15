package hanok.token;

/**
 * Finds the longest token that a text begins with: a double array, one long and so one read a byte.
 * Immutable.
 *
 * <p>The children of a node are at {@code base + byte}. A cell holds, from its low end, the byte
 * that leads to it (8 bits), whether it is taken (1), the base of its own children (23), and its
 * token plus one (32). No two nodes have the same base, so the byte says enough about whose child a
 * cell is. A node without children has base 0, where there are no cells taken.
 */
final class ByteTrie {
  static final int TAKEN = 0x100;
  static final int BASE_SHIFT = 9;
  static final int BASE_MAX = (1 << 23) - 1;
  static final int TOKEN_SHIFT = 32;

  private final long[] cells;
  private final int root; // its base

  ByteTrie(long[] cells, int root) {
    this.cells = cells;
    this.root = root;
  }

  /**
   * The longest token at {@code from}: where it ends {@code << 32}, and its number plus one; 0 if
   * there is none.
   */
  long longest(byte[] text, int from, int to) {
    long[] cells = this.cells;
    int base = root;
    long found = 0;
    for (int i = from; i < to; ) {
      int b = text[i++] & 0xFF;
      long cell = cells[base + b];
      if (((int) cell & 0x1FF) != (b | TAKEN)) {
        break;
      }
      base = (int) cell >>> BASE_SHIFT;
      long token = cell >>> TOKEN_SHIFT;
      found = token != 0 ? (long) i << 32 | token : found;
    }
    return found;
  }
}

package hanok.train.data;

/** Hashes that are remembered: an open table that doubles when it is half full. */
final class LongSet {
  private long[] table = new long[1 << 12];
  private int size;
  private boolean zero;

  void add(long value) {
    if (value == 0) {
      zero = true;
      return;
    }
    int at = slot(table, value);
    if (table[at] == 0) {
      table[at] = value;
      if (++size > table.length / 2) {
        grow();
      }
    }
  }

  boolean contains(long value) {
    return value == 0 ? zero : table[slot(table, value)] == value;
  }

  int size() {
    return size + (zero ? 1 : 0);
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (long value : table) {
      if (value != 0) {
        larger[slot(larger, value)] = value;
      }
    }
    table = larger;
  }

  /** Where a value is, or would be. */
  private static int slot(long[] table, long value) {
    int at = (int) Mix.bits(value) & table.length - 1;
    while (table[at] != 0 && table[at] != value) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }
}

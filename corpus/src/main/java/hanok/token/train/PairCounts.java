package hanok.token.train;

/**
 * How often each pair of neighbours occurs: an open-addressing table whose key and value share a
 * cache line. A pair is {@code left << 32 | right}.
 */
final class PairCounts {
  private static final long FREE = -1;

  private long[] slots;
  private int mask;
  private int size;

  PairCounts(int pairsExpected) {
    allocate(Integer.highestOneBit(Math.max(16, pairsExpected)) * 2);
  }

  static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private void allocate(int capacity) {
    slots = new long[Math.multiplyExact(2, capacity)];
    for (int i = 0; i < slots.length; i += 2) {
      slots[i] = FREE;
    }
    mask = capacity - 1;
  }

  int size() {
    return size;
  }

  /** The count of a pair; 0 if it was never counted. */
  long of(long pair) {
    int slot = slot(pair);
    return slots[slot] == FREE ? 0 : slots[slot + 1];
  }

  /** Adds to the count of a pair, if it has one. */
  void addIfKnown(long pair, long delta) {
    int slot = slot(pair);
    if (slots[slot] != FREE) {
      slots[slot + 1] += delta;
    }
  }

  /** Adds to the count of a pair and returns it. */
  long add(long pair, long delta) {
    int slot = slot(pair);
    if (slots[slot] == FREE) {
      if (4L * size > 3L * mask) {
        grow();
        slot = slot(pair);
      }
      slots[slot] = pair;
      slots[slot + 1] = 0;
      size++;
    }
    return slots[slot + 1] += delta;
  }

  /** Takes each pair and its count, in no particular order. */
  @FunctionalInterface
  interface Visitor {
    void visit(long pair, long count);
  }

  void forEach(Visitor visitor) {
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i] != FREE) {
        visitor.visit(slots[i], slots[i + 1]);
      }
    }
  }

  private int slot(long pair) {
    long hash = pair * 0x9E3779B97F4A7C15L;
    int at = (int) (hash >>> 32 ^ hash >>> 52) & mask;
    while (slots[2 * at] != pair && slots[2 * at] != FREE) {
      at = at + 1 & mask;
    }
    return 2 * at;
  }

  private void grow() {
    long[] old = slots;
    allocate(Math.multiplyExact(2, mask + 1));
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != FREE) {
        int slot = slot(old[i]);
        slots[slot] = old[i];
        slots[slot + 1] = old[i + 1];
      }
    }
  }
}

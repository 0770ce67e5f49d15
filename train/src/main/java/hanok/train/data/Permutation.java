package hanok.train.data;

/**
 * A shuffled order of {@code [0, size)} that takes no memory: a Feistel network over the next power
 * of four, walked until it is inside (Black and Rogaway, "Ciphers with arbitrary finite domains",
 * 2002). A place in an epoch is then one number.
 */
final class Permutation {
  private static final int ROUNDS = 6;

  private final long size;
  private final int halfBits;
  private final long mask;
  private final long[] keys = new long[ROUNDS];

  Permutation(long size, long seed) {
    if (size < 1) {
      throw new IllegalArgumentException("a permutation of %d things".formatted(size));
    }
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    halfBits = Math.max(1, (bits + 1) / 2);
    mask = (1L << halfBits) - 1;
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = Mix.bits(seed, i);
    }
  }

  /** Where {@code index} goes; every place is gone to by exactly one. */
  long of(long index) {
    long value = index;
    do {
      value = scramble(value);
    } while (value >= size);
    return value;
  }

  private long scramble(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long next = left ^ Mix.bits(right + key) & mask;
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}

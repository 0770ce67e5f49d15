package hanok.constrain;

/**
 * Tokens, as their ids if they are few, or else a bit each.
 *
 * @param ids {@code []} if {@code bits} is what counts
 * @param bits {@code []} if {@code ids} are what counts
 */
record TokenSet(int[] ids, long[] bits) {

  static TokenSet of(long[] bits) {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    if (count >= 2 * bits.length) {
      return new TokenSet(new int[0], bits);
    }
    int[] ids = new int[count];
    int at = 0;
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        ids[at++] = 64 * word + Long.numberOfTrailingZeros(rest);
      }
    }
    return new TokenSet(ids, new long[0]);
  }

  void addTo(long[] set) {
    for (int id : ids) {
      set[id >> 6] |= 1L << id;
    }
    for (int word = 0; word < bits.length; word++) {
      set[word] |= bits[word];
    }
  }

  boolean isEmpty() {
    return ids.length == 0 && bits.length == 0;
  }

  long bytes() {
    return 64 + 4L * ids.length + 8L * bits.length;
  }
}

package hanok.token;

import java.util.Arrays;

/**
 * Finds tokens by how they are spelt, on bytes and without objects. The hash of two spellings that
 * are joined follows from the hashes of both: a merge, {@code left right}, is read once and all
 * three of its tokens are found.
 */
final class SpellingTable {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final long ID = 0xFF_FFFF; // of an entry; what is above is of the hash
  private static final int PROBES_A_TOKEN = 64;
  private static final long[] POWERS = new long[64]; // of the multiplier

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * MULTIPLIER;
    }
  }

  private final byte[] spelled;
  private final int[] starts;
  private final int[] ends;
  private final long[] entries; // open addressing: hash & ~ID | id + 1, 0 for none
  private final int shift;
  private long probesLeft;

  /** An empty table of tokens that are {@code spelled[starts[id], ends[id])}. */
  SpellingTable(byte[] spelled, int[] starts, int[] ends) {
    this.spelled = spelled;
    this.starts = starts;
    this.ends = ends;
    int bits = 34 - Integer.numberOfLeadingZeros(Math.max(4, ends.length));
    entries = new long[1 << bits];
    shift = 64 - bits;
    probesLeft = (long) PROBES_A_TOKEN * (ends.length + 64);
  }

  /**
   * Adds token {@code id}, unless one is there that is spelt alike.
   *
   * @return false if so many hashes are alike that somebody meant it
   */
  boolean add(int id) {
    long hash = hash(spelled, starts[id], ends[id]);
    int slot = slot(hash);
    while (entries[slot] != 0) {
      if (is(entries[slot], hash, spelled, starts[id], ends[id], ends[id], ends[id])) {
        return true;
      }
      slot = slot + 1 & entries.length - 1;
      probesLeft--;
    }
    entries[slot] = hash & ~ID | id + 1;
    return probesLeft >= 0;
  }

  static long hash(byte[] bytes, int from, int to) {
    long hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * MULTIPLIER + (bytes[i] & 0xFF) + 1;
    }
    return hash;
  }

  /** The id of the token that is spelt {@code bytes[from, to)}, or -1. */
  int find(byte[] bytes, int from, int to) {
    return find(hash(bytes, from, to), bytes, from, to, to, to);
  }

  /** The same, where {@link #hash} is known. */
  int find(long hash, byte[] bytes, int from, int to) {
    return find(hash, bytes, from, to, to, to);
  }

  /** The id of the token that is spelt {@code bytes[from, mid)} and {@code [next, to)}, or -1. */
  int findJoined(long left, long right, byte[] bytes, int from, int mid, int next, int to) {
    return find(left * power(to - next) + right, bytes, from, mid, next, to);
  }

  private static long power(int exponent) {
    long power = POWERS[exponent % POWERS.length];
    for (int i = exponent / POWERS.length; i > 0; i--) {
      power *= POWERS[POWERS.length - 1] * MULTIPLIER;
    }
    return power;
  }

  private int find(long hash, byte[] bytes, int from, int mid, int next, int to) {
    int slot = slot(hash);
    for (long entry; (entry = entries[slot]) != 0; slot = slot + 1 & entries.length - 1) {
      if (is(entry, hash, bytes, from, mid, next, to)) {
        return (int) (entry & ID) - 1;
      }
    }
    return -1;
  }

  private boolean is(long entry, long hash, byte[] bytes, int from, int mid, int next, int to) {
    if ((entry ^ hash) >>> 24 != 0) {
      return false;
    }
    int id = (int) (entry & ID) - 1;
    int start = starts[id];
    int left = mid - from;
    return ends[id] - start == left + to - next
        && Arrays.equals(spelled, start, start + left, bytes, from, mid)
        && Arrays.equals(spelled, start + left, ends[id], bytes, next, to);
  }

  private int slot(long hash) {
    return (int) ((hash ^ hash >>> 32) * MULTIPLIER >>> shift);
  }
}

package hanok.token;

import java.util.Arrays;
import java.util.BitSet;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding of one piece, by its definition: of all neighbours that may merge, those whose
 * merge was learned first merge first, the leftmost of equals. {@link Backtracking} is faster and
 * gives the same; this is what it is tested against, and what encodes with the merges that it
 * cannot. Immutable.
 */
final class Bpe implements PieceEncoder {
  /**
   * Pieces of up to this many symbols are searched again for every merge; longer ones use a heap.
   */
  private static final int SCAN_MAX = 32;

  private final int[] byteIds; // [256]
  private final long[] pairs; // open addressing: left << 32 | right, -1 for empty
  private final int[] ranks;
  private final int[] merged;
  private final int mask;

  Bpe(Merges merges) {
    byteIds = merges.byteIds();
    int[] left = merges.left();
    int[] right = merges.right();
    int capacity = Integer.highestOneBit(Math.max(16, left.length * 2)) * 2;
    mask = capacity - 1;
    pairs = new long[capacity];
    ranks = new int[capacity];
    merged = new int[capacity];
    Arrays.fill(pairs, -1);
    for (int rank = 0; rank < left.length; rank++) {
      add(left[rank], right[rank], rank, merges.result()[rank]);
    }
  }

  private void add(int left, int right, int rank, int result) {
    long key = key(left, right);
    int slot = slot(key);
    if (pairs[slot] == -1) { // the first of two equal merges counts
      pairs[slot] = key;
      ranks[slot] = rank;
      merged[slot] = result;
    }
  }

  @Override
  public void encode(byte[] bytes, int from, int to, IdBuffer out, Scratch scratch) {
    int n = to - from;
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = byteIds[bytes[from + i] & 0xFF];
    }
    if (n <= SCAN_MAX) {
      encodeShort(ids, out);
    } else {
      encodeLong(ids, out);
    }
  }

  private void encodeShort(int[] ids, IdBuffer out) {
    int n = ids.length;
    while (n > 1) {
      int best = -1;
      int bestSlot = 0;
      for (int i = 0; i + 1 < n; i++) {
        int slot = find(ids[i], ids[i + 1]);
        if (slot >= 0 && (best < 0 || ranks[slot] < ranks[bestSlot])) {
          best = i;
          bestSlot = slot;
        }
      }
      if (best < 0) {
        break;
      }
      ids[best] = merged[bestSlot];
      System.arraycopy(ids, best + 2, ids, best + 1, n - best - 2);
      n--;
    }
    out.addAll(ids, n);
  }

  /** None: merges that are out of order may make other tokens of a token's bytes. */
  @Override
  public BitSet made() {
    return new BitSet();
  }

  /** A linked list of symbols, and a heap of {@code rank << 32 | position} of pairs. */
  private void encodeLong(int[] ids, IdBuffer out) {
    int n = ids.length;
    int[] next = new int[n];
    int[] previous = new int[n];
    PriorityQueue<Long> heap = new PriorityQueue<>();
    for (int i = 0; i < n; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < n) {
        push(heap, ids, i, i + 1);
      }
    }
    while (!heap.isEmpty()) {
      long top = heap.poll();
      int i = (int) top;
      int j = ids[i] < 0 ? n : next[i];
      int slot = j < n ? find(ids[i], ids[j]) : -1;
      if (slot < 0 || ranks[slot] != top >>> 32) {
        continue; // one of the two has merged with another since
      }
      ids[i] = merged[slot];
      ids[j] = -1;
      next[i] = next[j];
      if (next[i] < n) {
        previous[next[i]] = i;
        push(heap, ids, i, next[i]);
      }
      if (previous[i] >= 0) {
        push(heap, ids, previous[i], i);
      }
    }
    for (int i = 0; i < n; i = next[i]) {
      out.add(ids[i]);
    }
  }

  private void push(PriorityQueue<Long> heap, int[] ids, int i, int j) {
    int slot = find(ids[i], ids[j]);
    if (slot >= 0) {
      heap.add((long) ranks[slot] << 32 | i);
    }
  }

  private int find(int left, int right) {
    int slot = slot(key(left, right));
    return pairs[slot] == -1 ? -1 : slot;
  }

  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
    while (pairs[slot] != -1 && pairs[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }
}

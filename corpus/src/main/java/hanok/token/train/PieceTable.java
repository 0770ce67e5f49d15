package hanok.token.train;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A map from slices of bytes to numbers: an open-addressing table over one pool of bytes. Entries
 * are numbered in the order in which they came.
 */
final class PieceTable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int POOL_MAX = Integer.MAX_VALUE - 16;

  private byte[] pool = new byte[1 << 12];
  private int[] starts = new int[1 << 8]; // of entry i in the pool; entry i + 1 begins at its end
  private int[] hashes = new int[1 << 8];
  private long[] values = new long[1 << 8];
  private long[] table = new long[1 << 9]; // hash << 32 | entry + 1; 0 is free
  private int size;

  int size() {
    return size;
  }

  byte[] pool() {
    return pool;
  }

  int start(int entry) {
    return starts[entry];
  }

  int end(int entry) {
    return starts[entry + 1];
  }

  int length(int entry) {
    return starts[entry + 1] - starts[entry];
  }

  long value(int entry) {
    return values[entry];
  }

  byte[] bytes(int entry) {
    return Arrays.copyOfRange(pool, starts[entry], starts[entry + 1]);
  }

  /**
   * The entries but for the rarest, which together make up at most this share of all numbers. In
   * text most entries occur once.
   */
  PieceTable frequent(double rareShare) {
    SortedMap<Long, Long> sums = new TreeMap<>();
    long total = 0;
    for (int i = 0; i < size; i++) {
      sums.merge(values[i], values[i], Long::sum);
      total += values[i];
    }
    long rare = 0;
    long left = (long) (rareShare * total);
    for (Map.Entry<Long, Long> sum : sums.entrySet()) {
      left -= sum.getValue();
      if (left < 0) {
        break;
      }
      rare = sum.getKey();
    }
    PieceTable frequent = new PieceTable();
    for (int i = 0; i < size; i++) {
      if (values[i] > rare) {
        frequent.add(pool, starts[i], starts[i + 1], hashes[i], values[i]);
      }
    }
    return frequent;
  }

  /** The entry of {@code bytes[from, to)}, or -1. */
  int find(byte[] bytes, int from, int to) {
    return (int) table[slot(bytes, from, to, hash(bytes, from, to))] - 1;
  }

  /** Adds to the number of {@code bytes[from, to)}, which begins at 0, and returns its entry. */
  int add(byte[] bytes, int from, int to, long count) {
    return add(bytes, from, to, hash(bytes, from, to), count);
  }

  void addAll(PieceTable other) {
    for (int i = 0; i < other.size; i++) {
      add(other.pool, other.starts[i], other.starts[i + 1], other.hashes[i], other.values[i]);
    }
  }

  private int add(byte[] bytes, int from, int to, int hash, long count) {
    int slot = slot(bytes, from, to, hash);
    int entry = (int) table[slot] - 1;
    if (entry < 0) {
      entry = append(bytes, from, to, hash);
      table[slot] = (long) hash << 32 | entry + 1;
      if (2 * size > table.length) {
        rehash();
      }
    }
    values[entry] += count;
    return entry;
  }

  /** Where these bytes are in the table, or the free place where they would be. */
  private int slot(byte[] bytes, int from, int to, int hash) {
    int mask = table.length - 1;
    int slot = hash & mask;
    while (true) {
      long found = table[slot];
      int entry = (int) found - 1;
      if (entry < 0
          || (int) (found >>> 32) == hash
              && Arrays.equals(pool, starts[entry], starts[entry + 1], bytes, from, to)) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
  }

  private int append(byte[] bytes, int from, int to, int hash) {
    int top = starts[size];
    if (size + 1 == starts.length) {
      int more = starts.length + (starts.length >> 1);
      starts = Arrays.copyOf(starts, more);
      hashes = Arrays.copyOf(hashes, more);
      values = Arrays.copyOf(values, more);
    }
    long need = (long) top + to - from;
    if (need > pool.length) {
      if (need > POOL_MAX) {
        throw new IllegalArgumentException(
            "the distinct pieces of the text take more than %d bytes".formatted(POOL_MAX));
      }
      pool = Arrays.copyOf(pool, (int) Math.min(POOL_MAX, Math.max(need, pool.length * 2L)));
    }
    System.arraycopy(bytes, from, pool, top, to - from);
    hashes[size] = hash;
    starts[size + 1] = top + to - from;
    return size++;
  }

  private void rehash() {
    long[] larger = new long[2 * table.length];
    int mask = larger.length - 1;
    for (int entry = 0; entry < size; entry++) {
      int slot = hashes[entry] & mask;
      while (larger[slot] != 0) {
        slot = slot + 1 & mask;
      }
      larger[slot] = (long) hashes[entry] << 32 | entry + 1;
    }
    table = larger;
  }

  private static int hash(byte[] bytes, int from, int to) {
    long hash = 0x9E3779B97F4A7C15L ^ to - from;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      hash = (hash ^ (long) LONG.get(bytes, i)) * 0xFF51AFD7ED558CCDL;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; i < to; i++) {
      rest = rest << 8 | bytes[i] & 0xFF;
    }
    hash = (hash ^ rest) * 0xC4CEB9FE1A85EC53L;
    hash = (hash ^ hash >>> 29) * 0xFF51AFD7ED558CCDL;
    return (int) (hash >>> 32);
  }
}

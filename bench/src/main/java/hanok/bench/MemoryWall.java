package hanok.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How fast this machine reads memory: the limit of decoding, where every weight is read once for a
 * token. Each thread adds up an array of its own that no cache holds.
 */
final class MemoryWall {
  /** 256 MiB a thread. */
  private static final int LONGS_PER_THREAD = 1 << 25;

  private static final int PASSES = 8;

  private MemoryWall() {}

  /** The best of several passes, in bytes a second. */
  static double bytesPerSecond(int threads) {
    long[][] parts = new long[threads][LONGS_PER_THREAD];
    for (long[] part : parts) {
      Arrays.fill(part, 1);
    }
    double best = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      long start = System.nanoTime();
      readAll(parts);
      double bytes = (double) threads * LONGS_PER_THREAD * Long.BYTES;
      best = Math.max(best, bytes * 1e9 / (System.nanoTime() - start));
    }
    return best;
  }

  private static void readAll(long[][] parts) {
    List<Thread> readers = new ArrayList<>();
    long[] sums = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int reader = i;
      readers.add(Thread.ofPlatform().start(() -> sums[reader] = sum(parts[reader])));
    }
    for (Thread reader : readers) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      }
    }
    for (long sum : sums) {
      if (sum != LONGS_PER_THREAD) {
        throw new IllegalStateException("memory was not read");
      }
    }
  }

  /** The JIT adds in vectors, several side by side. */
  private static long sum(long[] part) {
    long total = 0;
    for (long value : part) {
      total += value;
    }
    return total;
  }
}

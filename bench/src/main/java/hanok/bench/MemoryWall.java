package hanok.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How fast this machine reads memory: the limit of decoding, where every weight is read once for a
 * token. Each thread adds up memory of its own, together more than caches hold.
 */
final class MemoryWall {
  /** 512 MiB, shared out; not on the heap, and given back. */
  private static final int LONGS = 1 << 26;

  /**
   * Places that a thread reads from in turn. With one, the processor waits for memory half of the
   * time; more than four gain nothing (docs/log.md).
   */
  private static final int STREAMS = 4;

  private static final int PASSES = 8;

  private MemoryWall() {}

  /** The best of several passes, in bytes a second. */
  static double bytesPerSecond(int threads) {
    try (Arena arena = Arena.ofShared()) {
      int longs = LONGS / threads / STREAMS * STREAMS;
      MemorySegment[] parts = new MemorySegment[threads];
      for (int i = 0; i < threads; i++) {
        parts[i] = arena.allocate(ValueLayout.JAVA_LONG, longs);
      }
      onThreads(threads, i -> fill(parts[i]));
      long[] sums = new long[threads];
      double best = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        onThreads(threads, i -> sums[i] = sum(parts[i], longs / STREAMS));
        double bytes = (double) threads * longs * Long.BYTES;
        best = Math.max(best, bytes * 1e9 / (System.nanoTime() - start));
        for (long sum : sums) {
          if (sum != longs) {
            throw new IllegalStateException("memory was not read");
          }
        }
      }
      return best;
    }
  }

  private static void onThreads(int threads, IntConsumer work) {
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      started.add(Thread.ofPlatform().start(() -> work.accept(number)));
    }
    boolean interrupted = false;
    for (Thread thread : started) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) { // the memory must outlive its readers
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring");
    }
  }

  private static void fill(MemorySegment part) {
    for (long i = 0; i < part.byteSize() / Long.BYTES; i++) {
      part.setAtIndex(ValueLayout.JAVA_LONG, i, 1);
    }
  }

  /** The JIT adds in vectors. */
  private static long sum(MemorySegment part, int longs) {
    long total = 0;
    for (int i = 0; i < longs; i++) {
      total +=
          part.getAtIndex(ValueLayout.JAVA_LONG, i)
              + part.getAtIndex(ValueLayout.JAVA_LONG, i + longs)
              + part.getAtIndex(ValueLayout.JAVA_LONG, i + 2 * longs)
              + part.getAtIndex(ValueLayout.JAVA_LONG, i + 3 * longs);
    }
    return total;
  }
}

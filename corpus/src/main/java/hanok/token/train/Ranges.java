package hanok.token.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on ranges of numbers, on several threads. */
final class Ranges {
  /** Work on {@code [from, to)}. */
  @FunctionalInterface
  interface Work {
    void run(int from, int to);
  }

  private Ranges() {}

  /** Runs the work on {@code [0, size)} in as many parts as threads and waits for all. */
  static void run(int size, int threads, Work work) {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> parts = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int from = (int) ((long) size * t / threads);
        int to = (int) ((long) size * (t + 1) / threads);
        parts.add(pool.submit(() -> work.run(from, to)));
      }
      for (Future<?> part : parts) {
        await(part);
      }
    }
  }

  /** Waits for work and passes its failure on as its own. */
  static <T> T await(Future<T> work) {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}

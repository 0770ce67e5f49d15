package hanok.engine;

import hanok.kernel.Arithmetic;
import hanok.model.Progress;

/**
 * How a model is loaded.
 *
 * @param threads how many compute, counting the one that calls
 * @param oneDnn whether prompts are multiplied by oneDNN where it is available
 * @param batchInvariant whether a token gets the same logits, bit for bit, whatever it is computed
 *     together with; prompts then take several times as long
 * @param keptCacheBytes keys and values of sessions that were closed, which are kept for others
 *     that begin with the same tokens
 * @param progress is told how many bytes of the weights have been read, by any of the threads, one
 *     at a time
 */
public record LoadOptions(
    int threads, boolean oneDnn, boolean batchInvariant, long keptCacheBytes, Progress progress) {
  private static final int THREADS_MAX = 1024;

  /** As many threads as there are processors, oneDNN, 512 MB of caches kept, and silence. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          Runtime.getRuntime().availableProcessors(), true, false, 1L << 29, Progress.NONE);

  public LoadOptions {
    if (threads < 1 || threads > THREADS_MAX) {
      throw new IllegalArgumentException(
          "threads must be in [1, %d], got %d".formatted(THREADS_MAX, threads));
    }
    if (keptCacheBytes < 0) {
      throw new IllegalArgumentException("keptCacheBytes must be 0 or more, got " + keptCacheBytes);
    }
  }

  public LoadOptions withThreads(int threads) {
    return new LoadOptions(threads, oneDnn, batchInvariant, keptCacheBytes, progress);
  }

  public LoadOptions withOneDnn(boolean oneDnn) {
    return new LoadOptions(threads, oneDnn, batchInvariant, keptCacheBytes, progress);
  }

  public LoadOptions withBatchInvariant(boolean batchInvariant) {
    return new LoadOptions(threads, oneDnn, batchInvariant, keptCacheBytes, progress);
  }

  public LoadOptions withKeptCacheBytes(long keptCacheBytes) {
    return new LoadOptions(threads, oneDnn, batchInvariant, keptCacheBytes, progress);
  }

  public LoadOptions withProgress(Progress progress) {
    return new LoadOptions(threads, oneDnn, batchInvariant, keptCacheBytes, progress);
  }

  Arithmetic arithmetic() {
    if (batchInvariant) {
      return Arithmetic.EXACT;
    }
    return oneDnn ? Arithmetic.BYTES : Arithmetic.FLOATS;
  }
}

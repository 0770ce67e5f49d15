package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.set_num_threads;

import hanok.train.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads that compute some rows of a batch each, from the tokens to the gradients, and wait for
 * each other only at the end: were every operation shared out instead, most would be over before
 * the threads are awake. If there are fewer rows than threads, operations are shared out too.
 */
final class Shares implements AutoCloseable {
  /** Every share has gradients of its own, as large as the weights. */
  private static final int MOST = 8;

  private final int threads;
  private final List<Network> networks = new ArrayList<>();
  private final ExecutorService others;

  /** What is computed for some rows. */
  interface Work<T> {
    T run(Network network, Batch rows);
  }

  Shares(Weights weights, TorchOptions options) {
    threads = options.threads();
    for (int share = 0; share < most(options); share++) {
      networks.add(new Network(weights.parameters(share), options.recompute()));
    }
    others =
        Executors.newFixedThreadPool(
            Math.max(1, networks.size() - 1),
            Thread.ofPlatform().daemon().name("hanok-learner-", 1).factory());
  }

  /** How many threads compute at the same time at most; on GPUs one gives orders. */
  static int most(TorchOptions options) {
    return options.device().equals("cpu") ? Math.min(options.threads(), MOST) : 1;
  }

  /** The results of all shares, in the order of rows. The calling thread computes the first. */
  <T> List<T> run(Batch batch, Work<T> work) {
    int count = Math.min(networks.size(), batch.rows());
    List<CompletableFuture<T>> results = new ArrayList<>();
    results.add(new CompletableFuture<>());
    for (int share = 1; share < count; share++) {
      int number = share;
      results.add(CompletableFuture.supplyAsync(() -> alone(batch, number, count, work), others));
    }
    try {
      results.getFirst().complete(alone(batch, 0, count, work));
    } catch (RuntimeException | Error e) {
      results.getFirst().completeExceptionally(e);
    } finally {
      set_num_threads(threads);
    }
    return joined(results);
  }

  /** OpenMP counts the threads of an operation for each thread that calls one. */
  private <T> T alone(Batch batch, int share, int count, Work<T> work) {
    set_num_threads(Math.max(1, threads / count));
    int from = (int) ((long) batch.rows() * share / count);
    int to = (int) ((long) batch.rows() * (share + 1) / count);
    return work.run(networks.get(share), batch.rows(from, to));
  }

  /** All of them are waited for, whatever becomes of the first: they use the same tensors. */
  private static <T> List<T> joined(List<CompletableFuture<T>> results) {
    try {
      CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
    return results.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    others.close();
  }
}

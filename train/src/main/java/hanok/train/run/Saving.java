package hanok.train.run;

import hanok.train.Learned;
import hanok.train.Learner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints while the run goes on, one at a time: the next one waits for the one before.
 * Without {@code async} the run waits for each. What fails is told when the next is due, or at the
 * end, and {@link #check} tells it sooner.
 */
final class Saving implements AutoCloseable {
  private final Checkpoints checkpoints;
  private final boolean async;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("checkpoint").daemon().factory());
  private @Nullable Future<?> writing;

  Saving(Checkpoints checkpoints, boolean async) {
    this.checkpoints = checkpoints;
    this.async = async;
  }

  /**
   * Saves a run.
   *
   * @param learned as it is now
   * @param copy takes a copy of that, if it is to be written later
   * @param best the step whose checkpoint stays; -1 for none
   */
  void save(Learned learned, Supplier<Learner.Snapshot> copy, RunState state, long best) {
    await();
    if (!async) {
      checkpoints.save(learned, state, best);
      return;
    }
    Learner.Snapshot snapshot = copy.get();
    writing =
        writer.submit(() -> {
          try (snapshot) {
            checkpoints.save(snapshot, state, best);
          }
        });
  }

  /**
   * Throws what the last checkpoint failed on, if it has.
   *
   * @throws java.io.UncheckedIOException if it could not be written
   */
  void check() {
    if (writing != null && writing.isDone()) {
      await();
    }
  }

  /** Waits until what was saved is on the disk. */
  void await() {
    Future<?> last = writing;
    writing = null;
    if (last == null) {
      return;
    }
    try {
      last.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a checkpoint was written", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Ends the writer, after what it is at. */
  @Override
  public void close() {
    writer.close();
  }
}

package hanok.serve.http;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts threads that wait too long for a client: an interrupt of a virtual thread closes the
 * socket that it reads from or writes to. The server's own time limits do not cover these waits.
 */
public final class Watchdog implements AutoCloseable {

  /** Something that waits for a client. */
  @FunctionalInterface
  public interface Wait<T extends @Nullable Object, E extends Exception> {
    T run() throws E;
  }

  private final ScheduledExecutorService timer;

  public Watchdog() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("hanok-watchdog").factory());
    executor.setRemoveOnCancelPolicy(true);
    timer = executor;
  }

  /** Runs something, and interrupts it if it takes longer than it may. */
  public <T extends @Nullable Object, E extends Exception> T within(Duration limit, Wait<T, E> wait)
      throws E {
    Thread thread = Thread.currentThread();
    AtomicBoolean over = new AtomicBoolean(); // a late interrupt must not hit what comes after
    ScheduledFuture<?> alarm =
        timer.schedule(
            () -> {
              if (over.compareAndSet(false, true)) {
                thread.interrupt();
              }
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return wait.run();
    } finally {
      alarm.cancel(false);
      over.set(true);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

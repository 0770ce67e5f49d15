package hanok.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or SIGTERM, as something that work can ask about: the process waits for the work to put
 * away what it has.
 */
public final class Interruption implements AutoCloseable {
  private static final int WAIT_SECONDS = 60;

  private final CountDownLatch putAway = new CountDownLatch(1);
  private volatile boolean requested;

  public Interruption() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::request, "interruption"));
  }

  /** Whether the user wants an end. */
  public boolean requested() {
    return requested;
  }

  private void request() {
    requested = true;
    try {
      boolean done = putAway.await(WAIT_SECONDS, TimeUnit.SECONDS);
      requested = done || requested;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work is over, one way or the other. */
  @Override
  public void close() {
    putAway.countDown();
  }
}

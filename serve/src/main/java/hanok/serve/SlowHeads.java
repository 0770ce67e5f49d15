package hanok.serve;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections on which a request has begun and its head does not: the server's own limit
 * counts only what waits before a request. It is called on the thread of the connection, whose
 * interrupt closes the socket.
 */
final class SlowHeads implements Http1ConnectionListener, AutoCloseable {
  private final Duration limit;
  private final ScheduledExecutorService timer;
  private final Map<Thread, ScheduledFuture<?>> begun = new ConcurrentHashMap<>();

  SlowHeads(Duration limit) {
    this.limit = limit;
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("hanok-heads").factory());
    executor.setRemoveOnCancelPolicy(true);
    timer = executor;
  }

  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    Thread thread = Thread.currentThread();
    begun.put(
        thread,
        timer.schedule(
            () -> {
              if (begun.remove(thread) != null) { // whoever takes it away acts
                thread.interrupt();
              }
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    ScheduledFuture<?> alarm = begun.remove(Thread.currentThread());
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

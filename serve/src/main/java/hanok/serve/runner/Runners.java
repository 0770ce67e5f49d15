package hanok.serve.runner;

import hanok.serve.api.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The models in memory. A model is loaded by the first request for it, one at a time, by a thread
 * of its own: nobody who only asks what there is waits for that. It stays until its time is over,
 * or its memory is needed for another.
 */
public final class Runners implements AutoCloseable {

  /** What is said of a model in memory. */
  public record Loaded(Runner runner, Instant expires) {}

  /** The right to use a model, which stays in memory until it is closed. */
  public final class Lease implements AutoCloseable {
    private final Runner runner;
    private final Duration loadTime;
    private boolean closed;

    private Lease(Runner runner, Duration loadTime) {
      this.runner = runner;
      this.loadTime = loadTime;
    }

    public Runner runner() {
      return runner;
    }

    /** How long this request has waited for the model to be loaded. */
    public Duration loadTime() {
      return loadTime;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  private record Waiting(
      CompletableFuture<Lease> lease, @Nullable Duration keepAlive, long start) {}

  /** How long to wait for a place in memory that others use. */
  private static final long ROOM_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final RunnerOptions options;
  private final ExecutorService loader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("hanok-loader").factory());
  private final Thread clock;

  private final Map<String, Runner> loaded = new HashMap<>(); // by digest, guarded by this
  private final Map<String, List<Waiting>> waiting = new HashMap<>(); // by digest, guarded by this
  private final Set<String> unwanted = new HashSet<>(); // digests to unload when idle
  private boolean closed; // guarded by this

  @SuppressWarnings("this-escape") // all is set before the thread starts
  public Runners(RunnerOptions options) {
    this.options = options;
    clock = Thread.ofPlatform().daemon().name("hanok-clock").start(this::watchTheClock);
  }

  public RunnerOptions options() {
    return options;
  }

  /**
   * Asks for a model.
   *
   * @param keepAlive how long it shall stay after this; null for as long as usual
   * @return the lease, which the caller must close; or why there is none
   * @throws ApiException if too many wait already
   */
  public CompletableFuture<Lease> acquire(Servable model, @Nullable Duration keepAlive) {
    CompletableFuture<Lease> lease = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        throw ApiException.busy("the server is stopping");
      }
      Runner runner = loaded.get(model.digest());
      if (runner != null) {
        runner.lease(keepAlive);
        lease.complete(new Lease(runner, Duration.ZERO));
        return lease;
      }
      List<Waiting> others = waiting.get(model.digest());
      if (others != null && others.size() >= options.sequences() + options.queue()) {
        throw ApiException.busy(others.size() + " requests wait for the model to be loaded");
      }
      Waiting request = new Waiting(lease, keepAlive, System.nanoTime());
      if (others != null) {
        others.add(request);
        return lease;
      }
      waiting.put(model.digest(), new ArrayList<>(List.of(request)));
    }
    loader.execute(() -> load(model));
    return lease;
  }

  /** Whether a model is being loaded. */
  public synchronized boolean loading() {
    return !waiting.isEmpty();
  }

  /** Requests that wait: for a model to be loaded, or for a place in one. */
  public synchronized long waiting() {
    long loading = waiting.values().stream().mapToLong(List::size).sum();
    return loading + loaded.values().stream().mapToLong(r -> r.scheduler().waiting()).sum();
  }

  /** The models in memory, those first that stay longest. */
  public synchronized List<Loaded> loaded() {
    return loaded.values().stream()
        .map(runner -> new Loaded(runner, runner.expires()))
        .sorted(Comparator.comparing(Loaded::expires).reversed())
        .toList();
  }

  /** Unloads a model as soon as nobody uses it. */
  public synchronized void unload(String digest) {
    if (loaded.containsKey(digest)) {
      unwanted.add(digest);
      notifyAll();
    }
  }

  private void load(Servable model) {
    Runner runner = null;
    RuntimeException failure = null;
    try {
      makeRoom();
      runner = new Runner(model, options);
    } catch (RuntimeException e) {
      failure = e;
    } catch (OutOfMemoryError e) {
      failure = new IllegalStateException("not enough memory to load " + model.name(), e);
    }
    List<Waiting> served;
    synchronized (this) {
      served = Objects.requireNonNull(waiting.remove(model.digest()));
      if (runner != null) {
        loaded.put(model.digest(), runner);
        unwanted.remove(model.digest());
        for (Waiting request : served) {
          runner.lease(request.keepAlive());
        }
      }
    }
    for (Waiting request : served) {
      complete(request, runner, failure);
    }
  }

  private void complete(
      Waiting request, @Nullable Runner runner, @Nullable RuntimeException failure) {
    if (runner == null) {
      request.lease().completeExceptionally(failure == null ? new AssertionError() : failure);
      return;
    }
    Lease lease = new Lease(runner, Duration.ofNanos(System.nanoTime() - request.start()));
    if (!request.lease().complete(lease)) {
      lease.close(); // the client has left meanwhile
    }
  }

  /** Unloads idle models until there is room for another. */
  private void makeRoom() {
    long deadline = System.nanoTime() + ROOM_WAIT_NANOS;
    while (true) {
      Runner idle;
      synchronized (this) {
        if (loaded.size() < options.loaded()) {
          return;
        }
        idle =
            loaded.values().stream()
                .filter(runner -> runner.leases() == 0)
                .min(Comparator.comparing(Runner::expires))
                .orElse(null);
        if (idle != null) {
          loaded.values().remove(idle);
        } else if (!await(deadline)) {
          throw ApiException.busy("all %d models in memory are in use".formatted(loaded.size()));
        }
      }
      if (idle != null) {
        idle.close();
      }
    }
  }

  /** Waits until something may have changed; false after the deadline. */
  @SuppressWarnings("WaitNotInLoop") // the callers look again
  private boolean await(long deadline) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    try {
      if (left > 0) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return left > 0;
  }

  private void release(Lease lease) {
    synchronized (this) {
      if (!lease.closed) {
        lease.closed = true;
        lease.runner.release();
        if (lease.runner.leases() == 0) { // nobody waits for anything less
          notifyAll();
        }
      }
    }
  }

  /** Unloads what is idle and whose time is over. */
  private void watchTheClock() {
    while (true) {
      List<Runner> ended;
      synchronized (this) {
        if (closed) {
          return;
        }
        Instant now = Instant.now();
        ended =
            loaded.values().stream()
                .filter(runner -> runner.leases() == 0)
                .filter(
                    runner -> runner.expired(now) || unwanted.contains(runner.servable().digest()))
                .toList();
        loaded.values().removeAll(ended);
        ended.forEach(runner -> unwanted.remove(runner.servable().digest()));
        if (ended.isEmpty() && !await(System.nanoTime() + TimeUnit.SECONDS.toNanos(1))) {
          continue;
        }
      }
      ended.forEach(Runner::close);
    }
  }

  /** Unloads everything. Answers that go on end as failures. */
  @Override
  public void close() {
    List<Runner> all;
    List<Waiting> hopeless = new ArrayList<>();
    synchronized (this) {
      closed = true;
      all = List.copyOf(loaded.values());
      loaded.clear();
      waiting.values().forEach(hopeless::addAll);
      notifyAll();
    }
    hopeless.forEach(request ->
        request.lease().completeExceptionally(ApiException.busy("the server is stopping")));
    loader.shutdown();
    clock.interrupt();
    all.forEach(Runner::close);
    try {
      boolean ended = loader.awaitTermination(60, TimeUnit.SECONDS);
      if (ended) {
        synchronized (this) {
          loaded.values().forEach(Runner::close); // what was being loaded
          loaded.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package hanok.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share out the chunks of one task at a time, of which the calling thread is one.
 * Chunks go to whoever is free: there is no barrier at which all wait for the one that lost its
 * core. A thread without work spins for some microseconds, since the next task of a forward pass is
 * near, and then sleeps. A dispatch allocates nothing.
 */
public final class WorkerPool implements AutoCloseable {

  /** Work in numbered chunks that may run at the same time, in any order. */
  @FunctionalInterface
  public interface Task {
    void run(int chunk);
  }

  private static final long SPIN_NANOS = 30_000;

  private final Worker[] workers;
  private final ReentrantLock caller = new ReentrantLock();

  /**
   * Chunks that nobody has taken; the lowest is taken next, by compare-and-set. A thread that slept
   * through a dispatch may take one of the next: it reads {@link #task} only after it has taken.
   */
  private final AtomicInteger untaken = new AtomicInteger();

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Written before {@link #untaken}, and read only by who has taken a chunk from it. */
  private Task task = chunk -> {};

  private int chunks;
  private @Nullable Thread waiting;
  private volatile boolean callerSleeps;
  private volatile boolean closed;

  /**
   * Starts {@code threads - 1} daemon threads.
   *
   * @param threads that work on a task, with the calling thread
   * @throws IllegalArgumentException if there is not even the calling thread
   */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool of %d threads: at least 1".formatted(threads));
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /** Threads that work on a task, with the calling thread. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs {@code task} for every chunk in {@code [0, chunks)} and returns when all are done. A
   * second caller waits for the first. What the task throws, the caller gets, once: chunks that
   * were not yet begun are then skipped.
   *
   * @throws IllegalArgumentException if {@code chunks} is negative
   * @throws IllegalStateException if the pool is closed, or this is called from within a task
   */
  public void run(int chunks, Task task) {
    if (chunks < 0) {
      throw new IllegalArgumentException("%d chunks: at least 0".formatted(chunks));
    }
    if (caller.isHeldByCurrentThread() || isWorker(Thread.currentThread())) {
      throw new IllegalStateException("a task of a pool may not run another on it");
    }
    caller.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the pool is closed");
      }
      if (chunks > 0) {
        dispatch(chunks, task);
      }
    } finally {
      caller.unlock();
    }
  }

  private void dispatch(int chunks, Task task) {
    this.task = task;
    this.chunks = chunks;
    waiting = Thread.currentThread();
    unfinished.set(chunks);
    untaken.set(chunks);
    for (Worker worker : workers) {
      worker.wake();
    }
    work();
    awaitFinish();
    waiting = null;
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown != null) {
      throw new IllegalStateException("a task failed", thrown);
    }
  }

  /** Takes chunks until there are none. */
  private void work() {
    for (int left = untaken.get(); left > 0; left = untaken.get()) {
      if (untaken.compareAndSet(left, left - 1)) {
        try {
          if (failure.get() == null) {
            task.run(chunks - left);
          }
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        } finally {
          finish();
        }
      }
    }
  }

  private void finish() {
    // Read while the dispatch cannot end: afterwards the field belongs to the next one.
    Thread caller = waiting;
    if (unfinished.decrementAndGet() == 0 && callerSleeps) {
      LockSupport.unpark(caller);
    }
  }

  private void awaitFinish() {
    long deadline = System.nanoTime() + SPIN_NANOS;
    while (unfinished.get() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    callerSleeps = true;
    while (unfinished.get() > 0) {
      LockSupport.park(this);
    }
    callerSleeps = false;
  }

  private boolean isWorker(Thread thread) {
    for (Worker worker : workers) {
      if (worker.thread == thread) {
        return true;
      }
    }
    return false;
  }

  /** Ends the threads, after the task that may be running. Closing twice does no harm. */
  @Override
  public void close() {
    if (caller.isHeldByCurrentThread() || isWorker(Thread.currentThread())) {
      throw new IllegalStateException("a task may not close its pool");
    }
    caller.lock();
    try {
      closed = true;
    } finally {
      caller.unlock();
    }
    boolean interrupted = false;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
      while (worker.thread.isAlive()) {
        try {
          worker.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker implements Runnable {
    private final Thread thread;
    private volatile boolean sleeps;

    Worker(int number) {
      thread = Thread.ofPlatform().daemon().name("hanok-worker-" + number).unstarted(this);
    }

    @Override
    public void run() {
      while (!closed) {
        work();
        long deadline = System.nanoTime() + SPIN_NANOS;
        while (idle() && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        sleeps = true;
        while (idle()) {
          LockSupport.park(WorkerPool.this);
        }
        sleeps = false;
      }
    }

    private boolean idle() {
      return untaken.get() == 0 && !closed;
    }

    private void wake() {
      if (sleeps) {
        LockSupport.unpark(thread);
      }
    }
  }
}

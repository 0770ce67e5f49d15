package hanok.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody who pulls the same model wait for one download, which ends when nobody waits any
 * more. Each is told of its progress in their own thread, so that one who is slow or fails does not
 * concern the others.
 */
final class SharedPulls {
  private static final Duration TICK = Duration.ofMillis(100);

  private final Work work;
  private final Map<PullRequest, Job> jobs = new HashMap<>();

  /** What is shared. */
  interface Work {
    StoredModel run(
        PullRequest request, Consumer<PullProgress> progress, BooleanSupplier cancelled);
  }

  /** One download and those who wait for it. */
  private static final class Job {
    final CompletableFuture<StoredModel> result = new CompletableFuture<>();
    final List<Mailbox> waiting = new ArrayList<>();
    @Nullable PullProgress last;
    boolean abandoned;

    synchronized void tell(PullProgress event) {
      last = event;
      waiting.forEach(mailbox -> mailbox.put(event));
    }

    synchronized Mailbox join() {
      Mailbox mailbox = new Mailbox();
      if (last != null) {
        mailbox.put(last);
      }
      waiting.add(mailbox);
      return mailbox;
    }

    synchronized boolean leave(Mailbox mailbox) {
      waiting.remove(mailbox);
      abandoned = waiting.isEmpty();
      return abandoned;
    }

    synchronized boolean isAbandoned() {
      return abandoned;
    }
  }

  /** Events for one who waits; of several on one layer only the last is of interest. */
  private static final class Mailbox {
    private final Deque<PullProgress> events = new ArrayDeque<>();

    synchronized void put(PullProgress event) {
      PullProgress before = events.peekLast();
      if (before != null && before.status().equals(event.status())) {
        events.removeLast();
      }
      events.addLast(event);
      notifyAll();
    }

    synchronized @Nullable PullProgress take() throws InterruptedException {
      long end = System.nanoTime() + TICK.toNanos();
      for (long left = TICK.toNanos(); events.isEmpty() && left > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = end - System.nanoTime();
      }
      return events.pollFirst();
    }
  }

  SharedPulls(Work work) {
    this.work = work;
  }

  /** Begins a download, or joins one that has begun, and waits for its end. */
  StoredModel join(
      PullRequest request, Consumer<PullProgress> progress, BooleanSupplier cancelled) {
    Job job;
    Mailbox mailbox;
    synchronized (jobs) {
      job = jobs.computeIfAbsent(request, this::start);
      mailbox = job.join();
    }
    try {
      return await(job, mailbox, progress, cancelled);
    } finally {
      synchronized (jobs) {
        if (job.leave(mailbox)) {
          jobs.remove(request, job);
        }
      }
    }
  }

  private Job start(PullRequest request) {
    Job job = new Job();
    Thread.ofVirtual()
        .start(() -> {
          try {
            job.result.complete(work.run(request, job::tell, job::isAbandoned));
          } catch (RuntimeException | Error e) {
            job.result.completeExceptionally(e);
          } finally {
            synchronized (jobs) {
              jobs.remove(request, job);
            }
          }
        });
    return job;
  }

  private static StoredModel await(
      Job job, Mailbox mailbox, Consumer<PullProgress> progress, BooleanSupplier cancelled) {
    try {
      while (true) {
        boolean done = job.result.isDone(); // before the look, so that no event is missed
        PullProgress event = mailbox.take();
        if (event != null) {
          progress.accept(event);
        } else if (done) {
          return job.result.join();
        }
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("the pull was cancelled");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the pull was interrupted");
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}

package hanok.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers many requests at once, with one pass over the weights for a token of each of them: four
 * answers together take little longer than one. A new request joins at the next pass, its prompt in
 * parts beside the tokens of the others (continuous batching).
 *
 * <p>A request begins where another one, going on or ended, has computed the same tokens already. A
 * thread of its own computes; listeners are called by the model's threads and must not block.
 *
 * @see <a href="https://www.usenix.org/conference/osdi22/presentation/yu">Orca</a>
 */
public final class Scheduler implements AutoCloseable {

  /**
   * How much at once.
   *
   * @param sequences answers that are computed together; more wait
   * @param waiting requests that wait, at most
   * @param context tokens of a prompt and its answer, at most
   * @param promptTokens of prompts in a pass while answers go on: more would hold those up
   */
  public record Limits(int sequences, int waiting, int context, KvType kvType, int promptTokens) {
    public Limits {
      require("sequences", sequences, 1, SEQUENCES_MAX);
      require("waiting", waiting, 0, Integer.MAX_VALUE);
      require("context", context, 1, Integer.MAX_VALUE);
      require("promptTokens", promptTokens, 1, Forward.BATCH);
    }

    private static void require(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "%s must be in [%d, %d], got %d".formatted(name, least, most, value));
      }
    }

    /** Keys and values in half precision, and 64 tokens of prompts in a pass. */
    public static Limits of(int sequences, int waiting, int context) {
      return new Limits(sequences, waiting, context, KvType.F16, 64);
    }
  }

  /** A request on its way. */
  public static final class Ticket {
    private final Generation.Request request;
    private final Generation.Listener listener;
    private final CompletableFuture<Generation.Result> result = new CompletableFuture<>();
    private volatile boolean cancelled;

    private Ticket(Generation.Request request, Generation.Listener listener) {
      this.request = request;
      this.listener = listener;
    }

    /**
     * The answer, once it is complete or cancelled; or why there is none: {@link
     * IllegalArgumentException} if the prompt does not fit.
     */
    public CompletableFuture<Generation.Result> result() {
      return result;
    }

    /** Ends the answer as it is. The pass that goes on is given up if it is mostly for it. */
    public void cancel() {
      cancelled = true;
    }
  }

  private record Running(Ticket ticket, Answer answer) {}

  /** With as many, no token waits for room in a pass. */
  private static final int SEQUENCES_MAX = 64;

  private final Model model;
  private final Limits limits;
  private final Deque<Ticket> waiting = new ArrayDeque<>(); // guarded by itself
  private final List<Running> running = new ArrayList<>(); // of the thread
  private final Session[] sessions = new Session[SEQUENCES_MAX]; // of a pass
  private final Running[] inPass = new Running[SEQUENCES_MAX];
  private final Thread thread;
  private int passSize;
  private int passTokens;
  private int answering; // guarded by waiting
  private boolean closed; // guarded by waiting

  /** Starts the thread. */
  @SuppressWarnings("this-escape") // all is set before the thread starts
  public Scheduler(Model model, Limits limits) {
    this.model = model;
    this.limits = limits;
    thread = Thread.ofPlatform().daemon().name("hanok-scheduler").start(this::work);
  }

  /**
   * Asks for an answer.
   *
   * @param listener must not block
   * @throws RejectedExecutionException if too many requests are waiting, or this is closed
   */
  public Ticket submit(Generation.Request request, Generation.Listener listener) {
    Ticket ticket = new Ticket(request, listener);
    synchronized (waiting) {
      if (closed) {
        throw new RejectedExecutionException("the scheduler is closed");
      }
      int taken = answering + waiting.size(); // those that have a place wait for a pass at most
      if (taken >= limits.sequences() + limits.waiting()) {
        throw new RejectedExecutionException(
            "%d requests are being answered or wait already".formatted(taken));
      }
      waiting.add(ticket);
      waiting.notifyAll();
    }
    return ticket;
  }

  /** Requests that wait for their turn. */
  public int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void work() {
    while (admit()) {
      try {
        pass();
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }
    fail(new CancellationException("the scheduler was closed"));
  }

  /** Lets requests in as there is room; waits if there is nothing to do. False if closed. */
  private boolean admit() {
    List<Ticket> admitted = new ArrayList<>();
    synchronized (waiting) {
      answering = running.size();
      while (waiting.isEmpty() && running.isEmpty() && !closed) {
        try {
          waiting.wait();
        } catch (InterruptedException e) {
          closed = true;
        }
      }
      while (!waiting.isEmpty() && running.size() + admitted.size() < limits.sequences()) {
        admitted.add(waiting.remove());
      }
      answering = running.size() + admitted.size();
      if (closed) {
        return false;
      }
    }
    admitted.forEach(this::begin);
    return true;
  }

  @SuppressWarnings("MustBeClosedChecker") // retire() closes it
  private void begin(Ticket ticket) {
    int context = Math.min(limits.context(), model.config().context());
    Session session = model.newSession(context, limits.kvType());
    try {
      Answer answer = new Answer(model, session, ticket.request, ticket.listener);
      running.add(new Running(ticket, answer));
    } catch (RuntimeException e) {
      session.close();
      ticket.result.completeExceptionally(e);
    }
  }

  /** One pass: a token of each answer, then parts of prompts. */
  private void pass() {
    running.stream().filter(r -> r.ticket.cancelled).forEach(r -> r.answer.cancel());
    retire();
    plan();
    if (passSize > 0 && model.forward().run(sessions, passSize, this::mostlyCancelled)) {
      model.workers().run(passSize, i -> take(inPass[i]));
      retire();
    }
  }

  private void plan() {
    passSize = 0;
    passTokens = 0;
    long answering = running.stream().filter(r -> !r.answer.prompting()).count();
    // Foreseen tokens pay while passes are small.
    int each = answering == 1 ? 1 + PromptLookup.LONGEST : answering <= 4 ? 4 : 1;
    running.stream().filter(r -> !r.answer.prompting()).forEach(r -> add(r, each));
    int room = answering == 0 ? Forward.BATCH : limits.promptTokens();
    for (Running next : running) {
      if (next.answer.prompting() && room > 0 && passTokens < Forward.BATCH) {
        room -= add(next, Math.min(room, Forward.BATCH - passTokens));
      }
    }
  }

  private int add(Running next, int most) {
    next.answer.stage(most);
    inPass[passSize] = next;
    sessions[passSize++] = next.answer.session();
    passTokens += next.answer.session().staged();
    return next.answer.session().staged();
  }

  /** Whether most of what the pass computes is for nobody. */
  private boolean mostlyCancelled() {
    int useless = 0;
    for (int i = 0; i < passSize; i++) {
      useless += inPass[i].ticket.cancelled ? sessions[i].staged() : 0;
    }
    return 2 * useless > passTokens;
  }

  private static void take(Running next) {
    try {
      next.answer.take();
    } catch (RuntimeException e) {
      next.ticket.result.completeExceptionally(e);
      next.answer.cancel();
    }
  }

  /** Hands over what is finished. */
  private void retire() {
    for (int i = running.size() - 1; i >= 0; i--) {
      Running next = running.get(i);
      if (next.answer.finished()) {
        running.remove(i);
        next.answer.session().close();
        next.ticket.result.complete(next.answer.result());
      }
    }
    synchronized (waiting) {
      answering = running.size();
    }
  }

  private void fail(Throwable why) {
    for (Running next : running) {
      next.answer.session().close();
      next.ticket.result.completeExceptionally(why);
    }
    running.clear();
    synchronized (waiting) {
      answering = 0;
      if (closed) {
        waiting.forEach(ticket -> ticket.result.completeExceptionally(why));
        waiting.clear();
      }
    }
  }

  /** Ends the thread, after the pass that goes on; requests that are not finished fail. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package hanok.serve.http;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import hanok.serve.runner.Job;
import hanok.serve.runner.JobEvent;
import hanok.serve.runner.Metrics;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Servable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Brings an answer from the model to the client, and ends it when the client leaves. */
public final class AnswerStream {

  /** Takes an answer as it comes. */
  @FunctionalInterface
  public interface Sink {
    /**
     * More of the answer.
     *
     * @param text may be empty where only tokens are told of
     * @param tokens those whose text it is, if they were asked for
     */
    void piece(String text, List<TokenChoice> tokens);
  }

  private AnswerStream() {}

  /** Waits for a model to be ready. */
  public static Runners.Lease lease(
      Reply reply, Runners runners, Servable model, @Nullable Duration keepAlive) {
    CompletableFuture<Runners.Lease> lease = runners.acquire(model, keepAlive);
    try {
      return reply.await(lease);
    } catch (ClientGoneException e) {
      if (!lease.cancel(false) && !lease.isCompletedExceptionally()) {
        lease.join().close();
      }
      throw e;
    }
  }

  /**
   * Waits for something that is computed, and has it given up if the client leaves.
   *
   * @param work gets what tells it to give up
   */
  public static <T> T compute(Reply reply, Function<BooleanSupplier, T> work) {
    AtomicBoolean gone = new AtomicBoolean();
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(work.apply(gone::get));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return reply.await(result);
    } catch (ClientGoneException e) {
      gone.set(true);
      result.handle((value, failure) -> null).join(); // it must not outlive its lease
      throw e;
    }
  }

  /**
   * Asks for an answer and hands it over piece by piece.
   *
   * @return what it took
   */
  public static Generation.Result run(
      Reply reply, Runner runner, Generation.Request request, Metrics metrics, Sink sink) {
    try (Job job = Job.submit(runner, request)) {
      return drain(reply, job, metrics, sink);
    }
  }

  /**
   * Hands an answer over piece by piece.
   *
   * @return what it took
   */
  public static Generation.Result drain(Reply reply, Job job, Metrics metrics, Sink sink) {
    long last = System.nanoTime();
    boolean first = true;
    while (true) {
      JobEvent event = reply.next(job.events());
      long now = System.nanoTime();
      switch (event) {
        case JobEvent.Piece(String text, List<TokenChoice> tokens) -> {
          if (first) {
            metrics.firstToken(now - last);
          } else {
            metrics.betweenTokens(now - last);
          }
          first = false;
          last = now;
          sink.piece(text, tokens);
        }
        case JobEvent.Done(Generation.Result result, List<TokenChoice> tokens) -> {
          if (!tokens.isEmpty()) {
            sink.piece("", tokens);
          }
          metrics.answered(result);
          return result;
        }
        case JobEvent.Failed(RuntimeException cause) -> throw cause;
      }
    }
  }
}

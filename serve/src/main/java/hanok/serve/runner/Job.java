package hanok.serve.runner;

import hanok.engine.Generation;
import hanok.engine.Scheduler;
import hanok.engine.TokenChoice;
import hanok.serve.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * An answer that is asked for. The model's threads put what they make into a queue and never wait;
 * whoever answers the client takes it from there. The queue is bound by the length of the answer.
 */
public final class Job implements AutoCloseable {
  private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
  private final Scheduler.Ticket ticket;

  private Job(Runner runner, Generation.Request request) {
    Collector collector = new Collector();
    ticket = runner.scheduler().submit(request, collector);
    CompletableFuture<?> _ =
        ticket
            .result()
            .handle((result, failure) ->
                events.add(
                    failure == null
                        ? new JobEvent.Done(result, collector.takeTokens())
                        : new JobEvent.Failed(asRuntime(failure))));
  }

  /**
   * Asks for an answer.
   *
   * @throws ApiException if too many wait
   */
  public static Job submit(Runner runner, Generation.Request request) {
    try {
      return new Job(runner, request);
    } catch (RejectedExecutionException e) {
      throw ApiException.busy(String.valueOf(e.getMessage()));
    }
  }

  public BlockingQueue<JobEvent> events() {
    return events;
  }

  /** Ends the answer, if it goes on. */
  @Override
  public void close() {
    ticket.cancel();
  }

  private static RuntimeException asRuntime(Throwable failure) {
    return failure instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException(failure.toString(), failure);
  }

  /** Called by one of the model's threads at a time. */
  private final class Collector implements Generation.Listener {
    private final List<TokenChoice> tokens = new ArrayList<>();

    @Override
    public void token(TokenChoice choice) {
      tokens.add(choice);
    }

    @Override
    public void text(String piece) {
      events.add(new JobEvent.Piece(piece, takeTokens()));
    }

    private List<TokenChoice> takeTokens() {
      List<TokenChoice> taken = List.copyOf(tokens);
      tokens.clear();
      return taken;
    }
  }
}

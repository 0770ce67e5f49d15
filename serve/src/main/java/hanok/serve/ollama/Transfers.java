package hanok.serve.ollama;

import hanok.gguf.MalformedModelException;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.ClientGoneException;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Catalog;
import hanok.serve.runner.Services;
import hanok.store.LicenceRequiredException;
import hanok.store.PullProgress;
import hanok.store.PullRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/pull} and {@code /api/create}: long work, told as it goes on. */
final class Transfers {
  private static final long TELL_NANOS = 100_000_000;

  private final Services services;

  Transfers(Services services) {
    this.services = services;
  }

  /** Work that tells how far it is, and asks whether anybody still wants it. */
  @FunctionalInterface
  private interface Work {
    void run(Consumer<PullProgress> progress, BooleanSupplier cancelled);
  }

  private sealed interface Event {
    /** It goes on. */
    record Step(PullProgress progress) implements Event {}

    /** It has ended; without a failure, all is well. */
    record End(@Nullable RuntimeException failure) implements Event {}
  }

  void pull(Exchange exchange) {
    Fields fields = exchange.fields();
    PullRequest request =
        new PullRequest(
            Catalog.name(Requests.model(fields)),
            fields.bool("insecure", false),
            fields.bool("accept_license", false));
    tell(
        exchange,
        fields,
        (progress, cancelled) -> services.puller().pull(request, progress, cancelled));
  }

  void create(Exchange exchange) {
    Fields fields = exchange.fields();
    CreateFields create = CreateFields.of(fields, services.catalog());
    tell(
        exchange,
        fields,
        (progress, cancelled) -> services.catalog().store().create(create.request(), progress));
  }

  /** Does the work on a thread of its own, and gives it up if the client leaves. */
  private static void tell(Exchange exchange, Fields fields, Work work) {
    boolean stream = fields.bool("stream", true);
    Reply reply = exchange.reply(stream ? Reply.Form.NDJSON : Reply.Form.JSON);
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    AtomicBoolean gone = new AtomicBoolean();
    Thread.ofVirtual().start(() -> run(work, events, gone::get));
    try {
      ObjectNode last = JsonMapper.shared().createObjectNode();
      while (true) {
        switch (reply.next(events)) {
          case Event.Step(PullProgress progress) -> {
            last = json(progress);
            if (stream) {
              reply.send(last);
            }
          }
          case Event.End(RuntimeException failure) -> {
            if (failure != null) {
              throw asApiException(failure);
            }
            if (!stream) {
              reply.send(last);
            }
            reply.end();
            return;
          }
        }
      }
    } catch (ClientGoneException e) {
      gone.set(true);
      throw e;
    }
  }

  private static void run(Work work, BlockingQueue<Event> events, BooleanSupplier cancelled) {
    try {
      work.run(new Throttle(events), cancelled);
      events.add(new Event.End(null));
    } catch (RuntimeException e) {
      events.add(new Event.End(e));
    }
  }

  private static RuntimeException asApiException(RuntimeException failure) {
    return switch (failure) {
      case LicenceRequiredException licence -> LicenceError.of(licence);
      // What was uploaded is the client's.
      case MalformedModelException file ->
          ApiException.badRequest("the file is not a model: " + file.reason());
      default -> failure;
    };
  }

  private static ObjectNode json(PullProgress progress) {
    ObjectNode node = JsonMapper.shared().createObjectNode().put("status", progress.status());
    if (!progress.digest().isEmpty()) {
      node.put("digest", progress.digest());
    }
    if (progress.total() > 0) {
      node.put("total", progress.total()).put("completed", progress.completed());
    }
    return node;
  }

  /** Passes on what a person can follow: ten steps a second, and every change of what is done. */
  private static final class Throttle implements Consumer<PullProgress> {
    private final BlockingQueue<Event> events;
    private String status = "";
    private long told;

    Throttle(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public synchronized void accept(PullProgress progress) {
      long now = System.nanoTime();
      boolean news = !progress.status().equals(status) || progress.completed() == progress.total();
      if (news || now - told >= TELL_NANOS) {
        status = progress.status();
        told = now;
        events.add(new Event.Step(progress));
      }
    }
  }
}

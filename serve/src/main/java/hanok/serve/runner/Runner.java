package hanok.serve.runner;

import hanok.chat.ChatTemplate;
import hanok.engine.Model;
import hanok.engine.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A model in memory, with what answers its requests. */
public final class Runner {
  private final Servable servable;
  private final Model model;
  private final Scheduler scheduler;
  private final Optional<ChatTemplate> template;
  private final int context;
  private final Forms forms;

  /** Texts that are scored or embedded: one at a time, beside the answers. */
  private final Semaphore reading = new Semaphore(1, true);

  private int leases; // guarded by Runners
  private Duration keepAlive; // guarded by Runners
  private Instant expires = Instant.MAX; // guarded by Runners

  Runner(Servable servable, RunnerOptions options) {
    this.servable = servable;
    keepAlive = options.keepAlive();
    model = Model.load(servable.weights(), options.load());
    context = Math.min(options.context(), model.config().context());
    template = ChatTemplate.find(model.file().metadata(), model.tokenizer(), servable.template());
    forms = new Forms(model);
    Scheduler.Limits limits =
        new Scheduler.Limits(options.sequences(), options.queue(), context, options.kvType(), 64);
    scheduler = new Scheduler(model, limits);
  }

  public Servable servable() {
    return servable;
  }

  public Model model() {
    return model;
  }

  /** Tokens of a conversation at most. */
  public int context() {
    return context;
  }

  /** How conversations are written; empty if nothing says it. */
  public Optional<ChatTemplate> template() {
    return template;
  }

  /** What keeps answers in form. */
  Forms forms() {
    return forms;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Semaphore reading() {
    return reading;
  }

  int leases() {
    return leases;
  }

  void lease(@Nullable Duration keepAliveWanted) {
    leases++;
    expires = Instant.MAX;
    if (keepAliveWanted != null) {
      keepAlive = keepAliveWanted;
    }
  }

  void release() {
    leases--;
    if (leases == 0) {
      expires = after(Instant.now());
    }
  }

  private Instant after(Instant now) {
    return keepAlive.isNegative() ? Instant.MAX : now.plus(keepAlive);
  }

  /** When it will be unloaded, if nobody asks for it until then. */
  Instant expires() {
    return leases == 0 ? expires : after(Instant.now());
  }

  boolean expired(Instant now) {
    return leases == 0 && !expires.isAfter(now);
  }

  void close() {
    scheduler.close();
    model.close();
  }
}

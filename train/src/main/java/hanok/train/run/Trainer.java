package hanok.train.run;

import hanok.train.Batch;
import hanok.train.EarlyStop;
import hanok.train.Guard;
import hanok.train.Learner;
import hanok.train.Schedule;
import hanok.train.TimeLimit;
import hanok.train.config.GuardSettings;
import hanok.train.config.Plan;
import hanok.train.config.RunConfig;
import hanok.train.data.BatchStream;
import hanok.train.watch.Metrics;
import hanok.train.watch.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The loop: takes rows, learns from them, measures, and saves. It goes on from the latest
 * checkpoint of its folder, if there is one, as if it had never ended. Not for several threads at
 * once.
 */
public final class Trainer {
  /** Beyond the last step, a run leaves this much time for saving. */
  private static final Duration SAVING = Duration.ofSeconds(10);

  /** Why a run has ended. */
  public enum Outcome {
    FINISHED,
    /** It no longer got better. */
    NO_IMPROVEMENT,
    TIME_OVER,
    INTERRUPTED,
    /** Too many steps in a row had to be left out. */
    DIVERGED
  }

  /**
   * What a run works with.
   *
   * @param steps of the whole run
   * @param stageStep the step that a second stage begins with; {@code steps} if there is none
   */
  public record Work(
      RunConfig config,
      long steps,
      long stageStep,
      Learner learner,
      BatchStream data,
      Validation validation,
      Samples samples) {}

  private final Work work;
  private final Learner learner;
  private final Schedule schedule;
  private final Checkpoints checkpoints;
  private final Saving saving;
  private final Guard guard;
  private final EarlyStop stop;
  private final Pace pace = new Pace();
  private final long tokensPerStep;
  private final double peakFlops;
  private TimeLimit limit;
  private long step;
  private long saved = -1;

  public Trainer(Work work) {
    this.work = work;
    RunConfig config = work.config();
    learner = work.learner();
    schedule = config.schedule().of(config.optimizer().learningRate(), work.steps());
    checkpoints = new Checkpoints(config.out().resolve("checkpoints"), config.checkpoint().keep());
    saving = new Saving(checkpoints, config.checkpoint().async());
    GuardSettings settings = config.guard();
    guard = new Guard(settings.spike(), settings.warmup(), settings.skips());
    stop = new EarlyStop(config.stop().patience(), config.stop().improvement());
    tokensPerStep = config.batch().tokens();
    peakFlops = config.compute().peakTflops() * 1e12;
    limit = new TimeLimit(config.stop().hours(), 0);
  }

  /**
   * Goes to the latest checkpoint.
   *
   * @return its step; 0 if there is none
   * @throws IllegalArgumentException if the data is not what it was
   * @throws hanok.gguf.MalformedModelException if it is damaged
   */
  public long resume() {
    checkpoints
        .latest()
        .ifPresent(checkpoint -> {
          RunState state = Checkpoints.state(checkpoint);
          work.data().restore(state.data());
          learner.restore(checkpoint);
          guard.restore(state.guard());
          stop.restore(state.stop());
          limit = new TimeLimit(work.config().stop().hours(), state.seconds());
          step = state.step();
          saved = step;
        });
    return step;
  }

  /**
   * Runs until something ends it; what was learned is saved by then.
   *
   * @param watch is told everything that is measured
   * @param interrupted whether the user wants an end; asked after every step
   */
  public Outcome run(Watch watch, BooleanSupplier interrupted) {
    try (saving) {
      Outcome outcome = steps(watch, interrupted);
      if (saved != step && outcome != Outcome.DIVERGED) {
        save();
      }
      saving.await();
      return outcome;
    }
  }

  private Outcome steps(Watch watch, BooleanSupplier interrupted) {
    Outcome outcome = Outcome.FINISHED;
    pace.restart();
    while (step < work.steps()) {
      saving.check();
      if (!learn(watch)) {
        outcome = Outcome.DIVERGED;
        break;
      }
      if (step % work.config().eval().every() == 0 || step == work.steps()) {
        measure(watch);
      }
      if (step % work.config().checkpoint().every() == 0) {
        save();
      }
      if (interrupted.getAsBoolean()) {
        outcome = Outcome.INTERRUPTED;
        break;
      }
      if (stop.isOver()) {
        outcome = Outcome.NO_IMPROVEMENT;
        break;
      }
      if (limit.isOver(SAVING)) {
        outcome = Outcome.TIME_OVER;
        break;
      }
    }
    return outcome;
  }

  private void save() {
    RunState state =
        new RunState(step, limit.seconds(), work.data().state(), guard.state(), stop.state());
    saving.save(learner, learner::snapshot, state, stop.state().bestStep());
    saved = step;
  }

  /** One step; false if it had to be left out, as too many before it. */
  private boolean learn(Watch watch) {
    if (step == work.stageStep()) {
      guard.relearn(); // other data has another loss
    }
    double rate = schedule.rate(step);
    double loss = accumulate();
    double norm = learner.gradientNorm();
    Guard.Verdict verdict = guard.judge(loss, norm);
    if (verdict == Guard.Verdict.TAKE) {
      double clip = work.config().optimizer().clip();
      learner.step(rate, clip > 0 && norm > clip ? clip / norm : 1);
    } else {
      learner.dropGradients();
    }
    step++;
    pace.add(tokensPerStep);
    watch.step(metrics(loss, rate, norm), work.steps(), secondsLeft());
    return verdict != Guard.Verdict.ABORT;
  }

  /**
   * Gradients of the mean loss of all targets of the step: their number is known before the first
   * backward pass, so that small batches with few targets count no more than others.
   */
  private double accumulate() {
    int rows = work.config().batch().rows();
    int most = work.config().batch().microRows();
    List<Batch> batches = new ArrayList<>();
    for (int row = 0; row < rows; row += most) {
      batches.add(work.data().next(Math.min(most, rows - row)));
    }
    double weight = batches.stream().mapToDouble(Batch::weight).sum();
    double sum = 0;
    for (Batch batch : batches) {
      sum += learner.accumulate(batch, 1 / weight);
    }
    return sum / weight;
  }

  private Metrics metrics(double loss, double rate, double norm) {
    double perSecond = pace.tokensPerSecond();
    Metrics metrics =
        new Metrics(step)
            .with(Metrics.LOSS, loss)
            .with(Metrics.LEARNING_RATE, rate)
            .with(Metrics.GRADIENT_NORM, norm)
            .with(Metrics.TOKENS_PER_SECOND, perSecond)
            .with(Metrics.EPOCHS, work.data().epochs())
            .with(Metrics.MEMORY_BYTES, (double) ProcessMemory.residentBytes())
            .with(Metrics.SKIPPED, (double) guard.skipped());
    double flops = Plan.flopsPerToken(learner.config(), work.config().batch().length());
    return peakFlops == 0
        ? metrics
        : metrics.with(Metrics.UTILISATION, perSecond * flops / peakFlops);
  }

  private double secondsLeft() {
    return (work.steps() - step) * tokensPerStep / pace.tokensPerSecond();
  }

  private void measure(Watch watch) {
    Metrics metrics = work.validation().measure(learner, new Metrics(step));
    watch.measured(metrics, work.steps(), work.samples().take(learner, step));
    if (!work.validation().isEmpty() && stop.isBest(step, Validation.mean(metrics))) {
      save();
    }
    pace.restart();
  }
}

package hanok.train.run;

import hanok.train.watch.Metrics;
import hanok.train.watch.MetricsLog;
import hanok.train.watch.Sample;
import hanok.train.watch.StatusLine;
import hanok.train.watch.TensorBoard;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells what is measured to whoever watches: {@code metrics.jsonl} and {@code tensorboard} in the
 * folder of the run, and lines for the console.
 */
public final class Watch implements AutoCloseable {
  /** Lines of steps that are no measurement come at most this often, and each tenth step. */
  private static final long LINE_NANOS = 1_000_000_000;

  private static final int LINE_STEPS = 10;

  private final MetricsLog log;
  private final TensorBoard tensorBoard;
  private final Consumer<String> console;
  private long shown;

  /**
   * @param resumedAt the last step that stays of what was written before; 0 for none
   * @param console takes a line at a time
   */
  public Watch(Path out, long resumedAt, Consumer<String> console) {
    log = MetricsLog.open(out.resolve("metrics.jsonl"), resumedAt);
    tensorBoard = new TensorBoard(out.resolve("tensorboard"), resumedAt);
    this.console = console;
  }

  void step(Metrics metrics, long steps, double secondsLeft) {
    log.add(metrics);
    tensorBoard.add(metrics);
    long now = System.nanoTime();
    boolean due = metrics.step() % LINE_STEPS == 0 && now - shown > LINE_NANOS;
    if (due || shown == 0 || metrics.step() == steps) {
      shown = now;
      console.accept(StatusLine.of(metrics, steps, secondsLeft));
    }
  }

  void measured(Metrics metrics, long steps, List<Sample> samples) {
    if (!metrics.values().isEmpty()) {
      log.add(metrics);
      tensorBoard.add(metrics);
      console.accept(StatusLine.of(metrics, steps, Double.NaN));
    }
    for (Sample sample : samples) {
      log.add(sample);
      console.accept("  %s → %s".formatted(sample.prompt(), sample.text().strip()));
    }
  }

  @Override
  public void close() {
    log.close();
    tensorBoard.close();
  }
}

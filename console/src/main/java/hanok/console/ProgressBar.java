package hanok.console;

import hanok.model.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** A line that says how far something long has come, how fast it goes and how long it will take. */
public final class ProgressBar implements Progress {

  /** What is counted. */
  public enum Unit {
    BYTES,
    TOKENS
  }

  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream err;
  private final boolean visible;
  private final long start = System.nanoTime();
  private final Unit unit;
  private long drawn;
  private long begun = -1;

  public ProgressBar(Program program) {
    this(program, Unit.BYTES);
  }

  public ProgressBar(Program program, Unit unit) {
    this.unit = unit;
    err = program.io().err();
    visible = program.io().terminalErr() && !program.quiet();
  }

  @Override
  public void report(long done, long total) {
    long now = System.nanoTime();
    boolean end = done == total;
    if (!visible || now - drawn < REDRAW_NANOS && !end) {
      return;
    }
    drawn = now;
    begun = begun < 0 ? done : begun; // a download goes on where it was
    double share = total == 0 ? 1 : (double) done / total;
    double perSecond = (done - begun) / Math.max(0.001, (now - start) / 1e9);
    int full = (int) (share * WIDTH);
    err.printf(
        Locale.ROOT,
        "\r%3.0f%% [%s%s] %s  %s \033[K",
        100 * share,
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        amounts(done, total, perSecond),
        time(perSecond == 0 ? 0 : (total - done) / perSecond));
    if (end) {
      err.print("\r\033[K");
    }
    err.flush();
  }

  private String amounts(long done, long total, double perSecond) {
    return switch (unit) {
      case BYTES ->
          String.format(
              Locale.ROOT, "%.2f/%.2f GB  %.0f MB/s", done / 1e9, total / 1e9, perSecond / 1e6);
      case TOKENS ->
          String.format(Locale.ROOT, "%d/%d tokens  %.1f tokens/s", done, total, perSecond);
    };
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return "%d:%02d".formatted(whole / 60, whole % 60);
  }
}

package hanok.cli;

import hanok.model.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** A line that says how far a long write has come, how fast it goes and how long it will take. */
final class ProgressBar implements Progress {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream err;
  private final boolean visible;
  private final long start = System.nanoTime();
  private long drawn;

  ProgressBar(Hanok hanok) {
    err = hanok.io().err();
    visible = hanok.io().terminalErr() && !hanok.quiet;
  }

  @Override
  public void report(long bytesDone, long bytesTotal) {
    long now = System.nanoTime();
    boolean end = bytesDone == bytesTotal;
    if (!visible || now - drawn < REDRAW_NANOS && !end) {
      return;
    }
    drawn = now;
    double share = bytesTotal == 0 ? 1 : (double) bytesDone / bytesTotal;
    double seconds = (now - start) / 1e9;
    int full = (int) (share * WIDTH);
    err.printf(
        Locale.ROOT,
        "\r%3.0f%% [%s%s] %.2f/%.2f GB  %.0f MB/s  %s \033[K",
        100 * share,
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        bytesDone / 1e9,
        bytesTotal / 1e9,
        bytesDone / 1e6 / Math.max(0.001, seconds),
        time(share == 0 ? 0 : seconds / share - seconds));
    if (end) {
      err.print("\r\033[K");
    }
    err.flush();
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return "%d:%02d".formatted(whole / 60, whole % 60);
  }
}

package hanok.store;

import java.time.Duration;

/**
 * How hard a download tries.
 *
 * @param tries without a byte of progress, before giving up
 * @param delay before the second try; it doubles from try to try
 * @param stall without a byte, after which a connection is given up
 * @param partBytes of the pieces that are fetched side by side
 */
record Patience(int tries, Duration delay, Duration stall, long partBytes) {
  static final Patience DEFAULT =
      new Patience(8, Duration.ofMillis(500), Duration.ofSeconds(30), 16L << 20);

  private static final Duration DELAY_MAX = Duration.ofSeconds(30);

  /**
   * Waits before another try.
   *
   * @param failures so far, from 1
   * @param asked what the server wants, or zero
   */
  void pause(int failures, Duration asked) throws InterruptedException {
    Duration ours = delay.multipliedBy(1L << Math.min(failures - 1, 16));
    Duration longer = asked.compareTo(ours) > 0 ? asked : ours;
    Thread.sleep(longer.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : longer);
  }
}

package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.load;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.store;

/** Sums of floats and numbers in bfloat16. */
public final class Sums {
  /** Numbers a turn, so that a loop's index is an int however many there are. */
  private static final int TURN = 1 << 20;

  private Sums() {}

  /**
   * {@code sum = x + y}.
   *
   * @param x floats
   * @param y bfloat16
   * @param sum out: floats; may be {@code x}
   */
  public static void add(long x, long y, long sum, long numbers) {
    for (long at = 0; at < numbers; at += TURN) {
      int some = (int) Math.min(TURN, numbers - at);
      addSome(x + 4 * at, y + 2 * at, sum + 4 * at, some);
    }
  }

  private static void addSome(long x, long y, long sum, int numbers) {
    for (int i = 0; i < numbers; i += F.length()) {
      int left = numbers - i;
      store(load(x + 4L * i, left).add(loadHalf(y + 2L * i, left)), sum + 4L * i, left);
    }
  }
}

package hanok.train.watch;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** How fast a run goes: tokens a second over its last steps. Not for several threads at once. */
public final class Pace {
  private static final int STEPS = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private record Mark(long nanos, long tokens) {}

  private final LongSupplier nanoClock;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long tokens;

  /** Begins now. */
  public Pace() {
    this(System::nanoTime);
  }

  Pace(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    marks.add(new Mark(nanoClock.getAsLong(), 0));
  }

  /** A step has ended. */
  public void add(long stepTokens) {
    tokens += stepTokens;
    marks.add(new Mark(nanoClock.getAsLong(), tokens));
    if (marks.size() > STEPS + 1) {
      marks.removeFirst();
    }
  }

  /** Begins anew after something that is no step, such as a measurement. */
  public void restart() {
    marks.clear();
    marks.add(new Mark(nanoClock.getAsLong(), tokens));
  }

  /** Not a number before the first step. */
  public double tokensPerSecond() {
    Mark first = marks.getFirst();
    Mark last = marks.getLast();
    return (last.tokens() - first.tokens()) * NANOS_PER_SECOND / (last.nanos() - first.nanos());
  }
}

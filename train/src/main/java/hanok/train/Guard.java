package hanok.train;

/**
 * Judges each step before the optimiser takes it: one whose loss or gradients are not finite, or
 * spike, must be left out, and a run that leaves out too many in a row must end. Not for several
 * threads at once.
 */
public final class Guard {

  /** What to do with a step. */
  public enum Verdict {
    TAKE,
    /** Leave it out: the loss, or the norm of the gradients, is not a finite number. */
    SKIP_NOT_FINITE,
    /** Leave it out: the loss, or the norm of the gradients, is far above what was usual. */
    SKIP_SPIKE,
    /** End the run: this step, and too many before it, had to be left out. */
    ABORT
  }

  /**
   * What a resumed run needs.
   *
   * @param inARow steps left out since the last one that was taken
   * @param skipped all steps left out
   */
  public record State(
      SpikeDetector.State loss, SpikeDetector.State gradientNorm, int inARow, long skipped) {}

  private final SpikeDetector loss;
  private final SpikeDetector gradientNorm;
  private final int skipsMax;
  private int inARow;
  private long skipped;

  /**
   * @param zScore standard deviations that are a spike; 0 for none
   * @param warmup steps before anything is a spike
   * @param skipsMax steps that may be left out in a row; the next one ends the run
   */
  public Guard(double zScore, int warmup, int skipsMax) {
    loss = new SpikeDetector(zScore, warmup);
    gradientNorm = new SpikeDetector(zScore, warmup);
    this.skipsMax = skipsMax;
  }

  /**
   * Judges a step, and learns from it what is usual.
   *
   * @param stepLoss mean of the step, in nats
   * @param norm of all gradients, before clipping
   */
  public Verdict judge(double stepLoss, double norm) {
    boolean finite = Double.isFinite(stepLoss) && Double.isFinite(norm);
    if (finite && !loss.isSpike(stepLoss) && !gradientNorm.isSpike(norm)) {
      loss.add(stepLoss);
      gradientNorm.add(norm);
      inARow = 0;
      return Verdict.TAKE;
    }
    inARow++;
    skipped++;
    if (inARow > skipsMax) {
      return Verdict.ABORT;
    }
    return finite ? Verdict.SKIP_SPIKE : Verdict.SKIP_NOT_FINITE;
  }

  /** Learns anew what is usual, since what is learned from changes: between two stages. */
  public void relearn() {
    loss.relearn();
    gradientNorm.relearn();
  }

  /** How many steps were left out. */
  public long skipped() {
    return skipped;
  }

  public State state() {
    return new State(loss.state(), gradientNorm.state(), inARow, skipped);
  }

  public void restore(State state) {
    loss.restore(state.loss());
    gradientNorm.restore(state.gradientNorm());
    inARow = state.inARow();
    skipped = state.skipped();
  }
}

package hanok.train;

/**
 * Ends a run that no longer gets better: after so many measurements in a row that are not below the
 * best one. Remembers which was the best. Not for several threads at once.
 */
public final class EarlyStop {

  /**
   * What a resumed run needs.
   *
   * @param best the lowest measurement; infinite before the first
   * @param bestStep the step that it was taken at
   * @param since measurements after it
   */
  public record State(double best, long bestStep, int since) {
    public static final State NONE = new State(Double.POSITIVE_INFINITY, -1, 0);
  }

  private final int patience;
  private final double improvement;
  private State state = State.NONE;

  /**
   * @param patience measurements without improvement; 0 for any number
   * @param improvement by how much a measurement must be below the best one to be better
   */
  public EarlyStop(int patience, double improvement) {
    this.patience = patience;
    this.improvement = improvement;
  }

  /**
   * Takes a measurement, of which less is better. One that is no number is not better.
   *
   * @return whether it is the best so far
   */
  public boolean isBest(long step, double measured) {
    boolean best = measured < state.best() - improvement;
    state =
        best
            ? new State(measured, step, 0)
            : new State(state.best(), state.bestStep(), state.since() + 1);
    return best;
  }

  /** Whether the run should end. */
  public boolean isOver() {
    return patience > 0 && state.since() >= patience;
  }

  public State state() {
    return state;
  }

  public void restore(State saved) {
    state = saved;
  }
}

package hanok.kernel;

/**
 * 256 columns of sixteen interleaved rows, unpacked: what a level of run {@code r} is worth is
 * {@code d * scales[r] * (level - offset) - dmin * minimums[r]}, each for its row, with the offset
 * and the length of runs that {@link Interleaved} says.
 *
 * @param levels 128 vectors of pairs of unsigned levels, {@code [128][16]}
 * @param scales {@code [runs][16]}; whole numbers where {@code d} is not 1
 * @param minimums likewise; whole numbers
 * @param d {@code [16]}
 * @param dmin {@code [16]}; zeros for formats without minimums, whose {@code minimums} are then any
 */
record Slice(int[] levels, float[] scales, float[] minimums, float[] d, float[] dmin) {
  static final int COLUMNS = 256;

  /** Runs of columns with a scale of their own, at most. */
  static final int RUNS_MAX = 16;

  private static final int ROWS = Interleaved.ROWS;

  Slice() {
    this(
        new int[COLUMNS / 2 * ROWS],
        new float[RUNS_MAX * ROWS],
        new float[RUNS_MAX * ROWS],
        new float[ROWS],
        new float[ROWS]);
  }
}

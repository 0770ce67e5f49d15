package hanok.kernel;

/**
 * 256 columns of sixteen interleaved rows, unpacked: what a level of run {@code r} is worth is
 * {@code d * scale(r) * (level - offset) - dmin * minimum(r)}, each for its row, with the offset
 * and the length of runs that {@link Interleaved} says.
 *
 * @param levels 128 vectors of pairs of unsigned levels, {@code [128][16]}
 * @param scales {@code [16][16]}: the scales of the runs, which are whole numbers where {@code d}
 *     is not 1, and, where there are minimums, from {@link #MINIMUMS} on those of the eight runs
 * @param d {@code [16]}
 * @param dmin {@code [16]}; zeros for formats without minimums
 * @param words scratch for unpacking
 */
record Slice(int[] levels, float[] scales, float[] d, float[] dmin, int[] words) {
  static final int COLUMNS = 256;

  /** Runs of columns with a scale of their own, at most. */
  static final int RUNS_MAX = 16;

  private static final int ROWS = Interleaved.ROWS;

  /** Where minimums begin in {@link #scales}. */
  static final int MINIMUMS = RUNS_MAX / 2 * ROWS;

  /** Where the minimums of a run are in {@link #scales}, or numbers that mean nothing. */
  static int minimum(int run) {
    return MINIMUMS + run % 8 * ROWS;
  }

  Slice() {
    this(
        new int[COLUMNS / 2 * ROWS],
        new float[RUNS_MAX * ROWS],
        new float[ROWS],
        new float[ROWS],
        new int[3 * ROWS]);
  }
}

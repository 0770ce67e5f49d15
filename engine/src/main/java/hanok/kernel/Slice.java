package hanok.kernel;

/**
 * 256 columns of sixteen interleaved rows, unpacked: what a row's weight {@code j} is worth is
 * {@code scales[j / 16] * level + shifts[j / 16]}, each for its row.
 *
 * @param levels 128 vectors of pairs of unsigned levels, {@code [128][16]}
 * @param scales {@code [16][16]}, for each run of 16 columns and row
 * @param shifts likewise
 */
record Slice(int[] levels, float[] scales, float[] shifts) {
  static final int COLUMNS = 256;

  /** Columns with a scale of their own. */
  static final int RUN = 16;

  private static final int ROWS = Interleaved.ROWS;

  Slice() {
    this(
        new int[COLUMNS / 2 * ROWS],
        new float[COLUMNS / RUN * ROWS],
        new float[COLUMNS / RUN * ROWS]);
  }
}

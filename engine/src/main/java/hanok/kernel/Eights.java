package hanok.kernel;

/**
 * Rounded activations of eight tokens side by side, so that a vector of weights that is loaded once
 * finds the eight numbers it is multiplied with in one place. Tokens that are missing in the last
 * eight are what was there before, and their products are not used.
 */
final class Eights {
  static final int TOKENS = 8;

  /** Pairs of levels, {@code [eight][column / 2][8]}. */
  int[] pairs = {};

  /** Levels as floats, {@code [eight][column][8]}. */
  float[] levels = {};

  /** {@link Rounded#centres16}, {@code [eight][run of 32][8]}. */
  int[] centres16 = {};

  /** {@link Rounded#centres32}, {@code [eight][run of 16][8]}. */
  int[] centres32 = {};

  /** Zeros, for formats without a centre. */
  int[] zeros = {};

  /** Makes room for {@code size} levels in all. */
  void reserve(int size) {
    if (levels.length < size) {
      levels = new float[size];
      pairs = new int[size / 2];
      centres16 = new int[size / 32];
      centres32 = new int[size / 16];
      zeros = new int[size / 16];
    }
  }

  /**
   * Arranges eight tokens.
   *
   * @param eight which eight
   * @param tokens of the batch
   */
  void arrange(Rounded x, int eight, int tokens, int columns) {
    int count = Math.min(TOKENS, tokens - eight * TOKENS);
    for (int t = 0; t < count; t++) {
      int from = (eight * TOKENS + t) * columns;
      int to = eight * TOKENS * columns;
      spread(x.levels, from, levels, to + t, columns);
      spread(x.pairs, from / 2, pairs, to / 2 + t, columns / 2);
      spread(x.centres16, from / 32, centres16, to / 32 + t, columns / 32);
      spread(x.centres32, from / 16, centres32, to / 16 + t, columns / 16);
    }
  }

  private static void spread(int[] from, int at, int[] to, int start, int count) {
    for (int i = 0; i < count; i++) {
      to[start + i * TOKENS] = from[at + i];
    }
  }

  private static void spread(short[] from, int at, float[] to, int start, int count) {
    for (int i = 0; i < count; i++) {
      to[start + i * TOKENS] = from[at + i];
    }
  }
}

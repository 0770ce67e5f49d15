package hanok.engine;

import hanok.model.ModelConfig;

/**
 * The keys and values that attention looks back at, in pages of {@link #PAGE} positions that are
 * allocated when they are first reached: a long context costs memory only once it is used.
 */
final class KvCache {
  /** Positions in a page. */
  static final int PAGE = 128;

  private final int width;
  private final float[][][] keys; // [layer][page][PAGE * width]
  private final float[][][] values;

  KvCache(ModelConfig config, int context) {
    width = config.kvDim();
    int pages = Math.ceilDiv(context, PAGE);
    keys = new float[config.layers()][pages][];
    values = new float[config.layers()][pages][];
  }

  /** Makes room for positions below {@code end}. */
  void reserve(int end) {
    for (int page = Math.ceilDiv(end, PAGE) - 1; page >= 0 && keys[0][page] == null; page--) {
      for (int layer = 0; layer < keys.length; layer++) {
        keys[layer][page] = new float[PAGE * width];
        values[layer][page] = new float[PAGE * width];
      }
    }
  }

  /** Stores a key and a value; each is {@code kvDim} floats at {@code offset} of its array. */
  void put(int layer, int position, float[] key, float[] value, int offset) {
    int slot = position % PAGE * width;
    System.arraycopy(key, offset, keys[layer][position / PAGE], slot, width);
    System.arraycopy(value, offset, values[layer][position / PAGE], slot, width);
  }

  /** The keys of the positions {@code [page * PAGE, (page + 1) * PAGE)}, side by side. */
  float[] keyPage(int layer, int page) {
    return keys[layer][page];
  }

  float[] valuePage(int layer, int page) {
    return values[layer][page];
  }
}

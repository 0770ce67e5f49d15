package hanok.engine;

import hanok.kernel.AttentionTile;
import hanok.model.ModelConfig;

/**
 * The keys and values that attention looks back at, in pages of {@link #PAGE} positions that are
 * allocated when they are first reached: a long context costs memory only once it is used.
 *
 * <p>In a page the numbers of one head lie together: keys as {@code [PAGE / 16][headDim][16]},
 * sixteen positions side by side, values as {@code [PAGE][headDim]}.
 */
final class KvCache {
  /** Positions in a page. */
  static final int PAGE = 128;

  private static final int TOGETHER = AttentionTile.KEYS_TOGETHER;

  private final KvType type;
  private final int kvHeads;
  private final int headDim;

  /** The width of a head in a tile. */
  private final int width;

  private final KvPage[][] keys; // [layer][page]
  private final KvPage[][] values;

  KvCache(ModelConfig config, KvType type, int context) {
    this.type = type;
    kvHeads = config.kvHeads();
    headDim = config.headDim();
    width = width(config);
    int pages = Math.ceilDiv(context, PAGE);
    keys = new KvPage[config.layers()][pages];
    values = new KvPage[config.layers()][pages];
  }

  /** The width of a head in an {@link AttentionTile}: whole vectors. */
  static int width(ModelConfig config) {
    return Math.ceilDiv(config.headDim(), 16) * 16;
  }

  /** Makes room for positions below {@code end}. */
  void reserve(int end) {
    int numbers = kvHeads * PAGE * width;
    for (int page = Math.ceilDiv(end, PAGE) - 1; page >= 0 && keys[0][page] == null; page--) {
      for (int layer = 0; layer < keys.length; layer++) {
        keys[layer][page] = KvPage.of(type, numbers);
        values[layer][page] = KvPage.of(type, numbers);
      }
    }
  }

  /** Stores a key and a value; each is {@code kvDim} floats at {@code offset} of its array. */
  void put(int layer, int position, float[] key, float[] value, int offset) {
    KvPage keyPage = keys[layer][position / PAGE];
    KvPage valuePage = values[layer][position / PAGE];
    int slot = position % PAGE;
    for (int head = 0; head < kvHeads; head++) {
      int from = offset + head * headDim;
      int block = head * PAGE + slot / TOGETHER * TOGETHER;
      keyPage.put(key, from, headDim, block * width + slot % TOGETHER, TOGETHER);
      valuePage.put(value, from, headDim, (head * PAGE + slot) * width, 1);
    }
  }

  /** Fills a tile with the first {@code count} positions of a page, of one head. */
  void load(int layer, int page, int head, int count, AttentionTile tile) {
    int from = head * PAGE * width;
    int whole = Math.ceilDiv(count, TOGETHER) * TOGETHER;
    keys[layer][page].load(from, whole * width, TOGETHER, tile.keys());
    values[layer][page].load(from, count * width, 1, tile.values());
  }
}

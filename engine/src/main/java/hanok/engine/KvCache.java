package hanok.engine;

import hanok.kernel.AttentionTile;
import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The keys and values that attention of one sequence looks back at, in blocks of {@link #PAGE}
 * positions that are taken from a pool when they are first reached: a long context costs memory
 * only once it is used. What changes the list of blocks is done while the pool is locked, since
 * others may share it meanwhile.
 *
 * <p>In a page the numbers of one head lie together: keys as {@code [PAGE / 16][headDim][16]},
 * sixteen positions side by side, values as {@code [PAGE][headDim]}.
 */
final class KvCache {
  /** Positions in a block. */
  static final int PAGE = 128;

  private static final int TOGETHER = AttentionTile.KEYS_TOGETHER;

  private final KvPool pool;
  private final int kvHeads;
  private final int headDim;

  /** The width of a head in a tile. */
  private final int width;

  private final List<KvBlock> blocks = new ArrayList<>();

  KvCache(ModelConfig config, KvPool pool) {
    this.pool = pool;
    kvHeads = config.kvHeads();
    headDim = config.headDim();
    width = width(config);
  }

  /** The width of a head in an {@link AttentionTile}: whole vectors. */
  static int width(ModelConfig config) {
    return Math.ceilDiv(config.headDim(), 16) * 16;
  }

  /** The blocks, to be shared. */
  List<KvBlock> blocks() {
    return Collections.unmodifiableList(blocks);
  }

  /** Makes positions {@code [from, end)} writable. */
  void reserve(int from, int end) {
    synchronized (pool) {
      if (from % PAGE != 0) {
        blocks.set(from / PAGE, pool.own(blocks.get(from / PAGE)));
      }
      while (blocks.size() < Math.ceilDiv(end, PAGE)) {
        blocks.add(pool.take());
      }
    }
  }

  /** Lets go of the blocks that only later positions than the first {@code length} need. */
  void truncate(int length) {
    synchronized (pool) {
      for (int i = blocks.size() - 1; i >= Math.ceilDiv(length, PAGE); i--) {
        pool.release(blocks.remove(i));
      }
    }
  }

  /** Takes other blocks, which it shares from now on, in place of its own. */
  void replace(List<KvBlock> shared) {
    synchronized (pool) {
      shared.forEach(pool::hold);
      truncate(0);
      blocks.addAll(shared);
    }
  }

  /** Gives up the blocks without letting go of them. */
  List<KvBlock> surrender() {
    List<KvBlock> all = List.copyOf(blocks);
    blocks.clear();
    return all;
  }

  /** Stores a key and a value; each is {@code kvDim} floats at {@code offset} of its array. */
  void put(int layer, int position, float[] key, float[] value, int offset) {
    KvBlock of = blocks.get(position / PAGE);
    KvPage keyPage = of.keys[layer];
    KvPage valuePage = of.values[layer];
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
    KvBlock block = blocks.get(page);
    block.keys[layer].load(from, whole * width, TOGETHER, tile.keys());
    block.values[layer].load(from, count * width, 1, tile.values());
  }
}

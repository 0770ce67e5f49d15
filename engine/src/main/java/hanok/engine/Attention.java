package hanok.engine;

import hanok.kernel.AttentionTile;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;

/**
 * Causal attention of a batch of tokens over the cache. A task is one key-value head and some of
 * the tokens: a page of keys is unpacked once for all of them and for all query heads that share
 * it. The cost of a token is linear in its position, and what it gets does not depend on the batch.
 */
final class Attention implements WorkerPool.Task {
  /** Tokens of a task. */
  private static final int TOKENS = 32;

  private final ModelConfig config;
  private final KvCache cache;
  private final int group; // query heads that share a key-value head
  private final float scale;
  private final ThreadLocal<AttentionTile> tiles;

  private float[] query = {};
  private float[] out = {};
  private int layer;
  private int position;
  private int tokens;

  Attention(ModelConfig config, KvCache cache) {
    this.config = config;
    this.cache = cache;
    group = config.heads() / config.kvHeads();
    scale = (float) (1 / Math.sqrt(config.headDim()));
    int width = KvCache.width(config);
    tiles = ThreadLocal.withInitial(() -> new AttentionTile(width, KvCache.PAGE, TOKENS * group));
  }

  /**
   * Attends with all heads.
   *
   * @param query {@code [tokens][queryDim]}, rotated
   * @param out {@code [tokens][queryDim]}
   * @param position of the first of the tokens; their keys and values are in the cache already
   */
  void run(WorkerPool workers, float[] query, float[] out, int layer, int position, int tokens) {
    this.query = query;
    this.out = out;
    this.layer = layer;
    this.position = position;
    this.tokens = tokens;
    workers.run(config.kvHeads() * Math.ceilDiv(tokens, TOKENS), this);
  }

  @Override
  public void run(int task) {
    int kvHead = task % config.kvHeads();
    int first = task / config.kvHeads() * TOKENS;
    int count = Math.min(TOKENS, tokens - first);
    AttentionTile tile = tiles.get();
    for (int row = 0; row < count * group; row++) {
      tile.begin(row, query, offset(first, kvHead, row), config.headDim(), scale);
    }
    int end = position + first + count;
    for (int page = 0; page * KvCache.PAGE < end; page++) {
      int start = page * KvCache.PAGE;
      cache.load(layer, page, kvHead, Math.min(KvCache.PAGE, end - start), tile);
      for (int t = 0; t < count; t++) {
        int visible = Math.min(KvCache.PAGE, position + first + t + 1 - start);
        if (visible > 0) {
          tile.attend(t * group, (t + 1) * group, visible);
        }
      }
    }
    for (int row = 0; row < count * group; row++) {
      tile.end(row, out, offset(first, kvHead, row), config.headDim());
    }
  }

  /** Where the query of a row is, and its result: rows are tokens, and heads within a token. */
  private int offset(int first, int kvHead, int row) {
    int head = kvHead * group + row % group;
    return (first + row / group) * config.queryDim() + head * config.headDim();
  }
}

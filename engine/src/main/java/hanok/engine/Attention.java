package hanok.engine;

import hanok.kernel.AttentionTile;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;

/**
 * Causal attention of a batch of tokens, each over the cache of its own session. A task is one
 * key-value head and some tokens of one session: a page of keys is unpacked once for all of them
 * and for all query heads that share it. The cost of a token is linear in its position, and what it
 * gets does not depend on the batch.
 */
final class Attention implements WorkerPool.Task {
  /** Tokens of a task. */
  private static final int TOKENS = 32;

  private final ModelConfig config;
  private final WorkerPool workers;
  private final int group; // query heads that share a key-value head
  private final float scale;
  private final ThreadLocal<AttentionTile> tiles;

  private Session[] sessions = {};
  private int[] taskEnds = {}; // [sessions]
  private int[] firsts = {}; // [sessions], the number of each one's first token in the batch
  private float[] query = {};
  private float[] out = {};
  private int layer;

  Attention(ModelConfig config, WorkerPool workers) {
    this.config = config;
    this.workers = workers;
    group = config.heads() / config.kvHeads();
    scale = (float) (1 / Math.sqrt(config.headDim()));
    int width = KvCache.width(config);
    tiles = ThreadLocal.withInitial(() -> new AttentionTile(width, KvCache.PAGE, TOKENS * group));
  }

  /**
   * Attends with all heads. The keys and values of the tokens are in the caches already.
   *
   * @param query {@code [tokens][queryDim]}, rotated, those of the first session first
   * @param out {@code [tokens][queryDim]}
   */
  void run(Session[] sessions, int count, float[] query, float[] out, int layer) {
    this.sessions = sessions;
    this.query = query;
    this.out = out;
    this.layer = layer;
    if (taskEnds.length < count) {
      taskEnds = new int[count];
      firsts = new int[count];
    }
    int tasks = 0;
    int tokens = 0;
    for (int i = 0; i < count; i++) {
      tasks += config.kvHeads() * Math.ceilDiv(sessions[i].staged(), TOKENS);
      taskEnds[i] = tasks;
      firsts[i] = tokens;
      tokens += sessions[i].staged();
    }
    workers.run(tasks, this);
  }

  @Override
  public void run(int task) {
    int i = 0;
    while (task >= taskEnds[i]) {
      i++;
    }
    int local = i == 0 ? task : task - taskEnds[i - 1];
    run(sessions[i], firsts[i], local % config.kvHeads(), local / config.kvHeads() * TOKENS);
  }

  /**
   * @param batch the number of the session's first token in the batch
   * @param first the first of its tokens in this task
   */
  private void run(Session session, int batch, int kvHead, int first) {
    int count = Math.min(TOKENS, session.staged() - first);
    AttentionTile tile = tiles.get();
    for (int row = 0; row < count * group; row++) {
      tile.begin(row, query, offset(batch + first, kvHead, row), config.headDim(), scale);
    }
    int position = session.position() + first;
    int end = position + count;
    for (int page = 0; page * KvCache.PAGE < end; page++) {
      int start = page * KvCache.PAGE;
      session.cache().load(layer, page, kvHead, Math.min(KvCache.PAGE, end - start), tile);
      for (int t = 0; t < count; t++) {
        int visible = Math.min(KvCache.PAGE, position + t + 1 - start);
        if (visible > 0) {
          tile.attend(t * group, (t + 1) * group, visible);
        }
      }
    }
    for (int row = 0; row < count * group; row++) {
      tile.end(row, out, offset(batch + first, kvHead, row), config.headDim());
    }
  }

  /** Where the query of a row is, and its result: rows are tokens, and heads within a token. */
  private int offset(int first, int kvHead, int row) {
    int head = kvHead * group + row % group;
    return (first + row / group) * config.queryDim() + head * config.headDim();
  }
}

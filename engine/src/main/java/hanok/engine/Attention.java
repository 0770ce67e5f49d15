package hanok.engine;

import hanok.kernel.VectorMath;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;
import java.util.Arrays;

/**
 * Causal attention of a batch of tokens over the cache, one query head a task. Keys are read page
 * by page, so the cost of a token is linear in its position.
 */
final class Attention implements WorkerPool.Task {
  private final ModelConfig config;
  private final KvCache cache;
  private final float[][] scores; // [head][context]
  private final float scale;

  private float[] query = {};
  private float[] out = {};
  private int layer;
  private int position;
  private int tokens;

  Attention(ModelConfig config, KvCache cache, int context) {
    this.config = config;
    this.cache = cache;
    scores = new float[config.heads()][context];
    scale = (float) (1 / Math.sqrt(config.headDim()));
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
    workers.run(config.heads(), this);
  }

  @Override
  public void run(int head) {
    int kvOffset = head / (config.heads() / config.kvHeads()) * config.headDim();
    for (int t = 0; t < tokens; t++) {
      int offset = t * config.queryDim() + head * config.headDim();
      attend(scores[head], offset, kvOffset, position + t + 1);
    }
  }

  private void attend(float[] score, int offset, int kvOffset, int visible) {
    int width = config.headDim();
    int stride = config.kvDim();
    for (int page = 0; page * KvCache.PAGE < visible; page++) {
      float[] keys = cache.keyPage(layer, page);
      int first = page * KvCache.PAGE;
      int end = Math.min(visible - first, KvCache.PAGE);
      for (int i = 0; i < end; i++) {
        score[first + i] =
            scale * VectorMath.dot(query, offset, keys, i * stride + kvOffset, width);
      }
    }
    VectorMath.softmax(score, 0, visible);
    Arrays.fill(out, offset, offset + width, 0);
    for (int page = 0; page * KvCache.PAGE < visible; page++) {
      float[] values = cache.valuePage(layer, page);
      int first = page * KvCache.PAGE;
      int end = Math.min(visible - first, KvCache.PAGE);
      for (int i = 0; i < end; i++) {
        VectorMath.addScaled(out, offset, score[first + i], values, i * stride + kvOffset, width);
      }
    }
  }
}

package hanok.engine;

import hanok.kernel.VectorMath;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;

/**
 * What is done to each token of a batch by itself, between the products: norms, rotations, sums. A
 * few tokens are done by the caller, many are shared out over a pool.
 */
final class Rows {
  /** Tokens of a task: fewer than two of these are done sooner than they are shared out. */
  private static final int TASK = 8;

  private final ModelConfig config;
  private final WorkerPool workers;

  Rows(ModelConfig config, WorkerPool workers) {
    this.config = config;
    this.workers = workers;
  }

  /** RMSNorm of the first tokens of {@code x}. */
  void norm(float[] x, float[] scale, float[] out, int tokens) {
    if (tokens < 2 * TASK) {
      norm(x, scale, out, 0, tokens);
    } else {
      share(tokens, (from, end) -> norm(x, scale, out, from, end));
    }
  }

  private void norm(float[] x, float[] scale, float[] out, int from, int end) {
    for (int t = from; t < end; t++) {
      norm(x, t, scale, out, t);
    }
  }

  /** RMSNorm of one token of {@code x} to another place in {@code out}. */
  void norm(float[] x, int from, float[] scale, float[] out, int to) {
    int dim = config.dim();
    float sum = VectorMath.sumOfSquares(x, from * dim, dim);
    float inverse = (float) (1 / Math.sqrt(sum / dim + config.normEps()));
    VectorMath.scaleMultiply(out, to * dim, inverse, x, from * dim, scale, dim);
  }

  /** RoPE of every head of {@code x}, {@code [tokens][width]}. */
  void rotate(Rope rope, float[] x, int width, int tokens) {
    if (tokens < 2 * TASK) {
      rope.rotate(x, width, 0, tokens);
    } else {
      share(tokens, (from, end) -> rope.rotate(x, width, from, end));
    }
  }

  /** Puts the keys and values of a batch into the caches of its sessions. */
  void store(Session[] sessions, int count, int layer, float[] key, float[] value, int tokens) {
    for (int i = 0, first = 0; i < count; i++) {
      Session session = sessions[i];
      int start = first;
      if (session.staged() < 2 * TASK) {
        store(session, layer, key, value, start, 0, session.staged());
      } else {
        share(session.staged(), (from, end) -> store(session, layer, key, value, start, from, end));
      }
      first += session.staged();
    }
  }

  private void store(
      Session session, int layer, float[] key, float[] value, int first, int from, int end) {
    for (int j = from; j < end; j++) {
      int offset = (first + j) * config.kvDim();
      session.cache().put(layer, session.position() + j, key, value, offset);
    }
  }

  /** {@code x += delta}, {@code [tokens][dim]}. */
  void add(float[] x, float[] delta, int tokens) {
    int dim = config.dim();
    if (tokens < 2 * TASK) {
      VectorMath.add(x, 0, delta, 0, tokens * dim);
    } else {
      share(
          tokens,
          (from, end) -> VectorMath.add(x, from * dim, delta, from * dim, (end - from) * dim));
    }
  }

  /** {@code out = swish(gate) * up}, {@code [tokens][ffnDim]}. */
  void swiGlu(float[] gate, float[] up, float[] out, int tokens) {
    if (tokens < 2 * TASK) {
      swiGlu(gate, up, out, 0, tokens);
    } else {
      share(tokens, (from, end) -> swiGlu(gate, up, out, from, end));
    }
  }

  private void swiGlu(float[] gate, float[] up, float[] out, int from, int end) {
    int width = config.ffnDim();
    for (int t = from; t < end; t++) { // a token's last values are computed apart from the others
      VectorMath.swiGlu(gate, up, out, t * width, width);
    }
  }

  @FunctionalInterface
  private interface Range {
    void run(int from, int end);
  }

  private void share(int tokens, Range range) {
    workers.run(
        Math.ceilDiv(tokens, TASK),
        task -> range.run(task * TASK, Math.min(tokens, (task + 1) * TASK)));
  }
}

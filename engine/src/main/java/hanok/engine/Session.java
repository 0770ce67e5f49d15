package hanok.engine;

import hanok.kernel.Activations;
import hanok.kernel.MatMul;
import hanok.kernel.VectorMath;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * One sequence of tokens and what the model has computed of it. {@link #prefill} takes many tokens
 * at once, {@link #forward} one; after either, {@link #logits} says what may come next. The same
 * tokens give the same logits, bit for bit, however they are cut into batches.
 *
 * <p>The steps are those of {@link hanok.reference.ReferenceModel}; vectors of a batch lie side by
 * side, {@code [tokens][width]}. Not thread-safe. Decoding allocates nothing.
 */
public final class Session {
  /**
   * Tokens of a prompt that are computed together: each weight row is read once for all of them.
   */
  static final int BATCH = 512;

  private final ModelConfig config;
  private final Weights weights;
  private final WorkerPool workers;
  private final KvCache cache;
  private final Attention attention;
  private final Rope rope;
  private final MatMul matMul;

  private final int[] tokens; // [context], of which position are valid
  private int position;

  private final float[] row; // [dim], an embedding
  private final float[] x; // [BATCH][dim], the residual stream
  private final float[] normed;
  private final float[] query;
  private final float[] key;
  private final float[] value;
  private final float[] attended;
  private final float[] gate;
  private final float[] up;
  private final float[] delta;
  private final float[] logits; // [vocab]
  private final Activations input;

  Session(ModelConfig config, Weights weights, WorkerPool workers, int context, KvType kvType) {
    this.config = config;
    this.weights = weights;
    this.workers = workers;
    cache = new KvCache(config, kvType, context);
    attention = new Attention(config, cache);
    int batch = Math.min(BATCH, context);
    rope = new Rope(config, weights.ropeFactors(), batch);
    matMul = new MatMul(workers);
    tokens = new int[context];
    row = new float[config.dim()];
    x = new float[batch * config.dim()];
    normed = new float[batch * config.dim()];
    query = new float[batch * config.queryDim()];
    key = new float[batch * config.kvDim()];
    value = new float[batch * config.kvDim()];
    attended = new float[batch * config.queryDim()];
    gate = new float[batch * config.ffnDim()];
    up = new float[batch * config.ffnDim()];
    delta = new float[batch * config.dim()];
    logits = new float[config.vocab()];
    int widest = Math.max(config.dim(), Math.max(config.queryDim(), config.ffnDim()));
    input = new Activations(batch, widest);
  }

  /** The most tokens that fit. */
  public int context() {
    return tokens.length;
  }

  /** Tokens computed so far. */
  public int position() {
    return position;
  }

  /** The tokens computed so far. */
  public int[] tokens() {
    return Arrays.copyOf(tokens, position);
  }

  /** How many tokens at the beginning of {@code ids} this session has computed already. */
  public int commonPrefix(int[] ids) {
    int mismatch = Arrays.mismatch(ids, 0, ids.length, tokens, 0, position);
    return mismatch < 0 ? ids.length : mismatch;
  }

  /** Goes back to the first {@code length} tokens, as if the rest had never been. */
  public void rewind(int length) {
    if (length < 0 || length > position) {
      throw new IllegalArgumentException(
          "cannot rewind to %d tokens, there are %d".formatted(length, position));
    }
    position = length;
  }

  /** Logits of the token after the last one computed, {@code [vocab]}: valid until the next. */
  public float[] logits() {
    return logits;
  }

  /** Computes a prompt, or its next part. */
  public void prefill(int[] ids) {
    prefill(ids, Session::never);
  }

  /**
   * Computes a prompt, or its next part.
   *
   * @param cancelled is asked before every layer of every batch
   * @return false if cancelled; whole batches that were done stay
   * @throws IllegalArgumentException if there are no ids, one is outside the vocabulary, or they do
   *     not fit the context
   */
  public boolean prefill(int[] ids, BooleanSupplier cancelled) {
    check(ids);
    int batch = x.length / config.dim();
    for (int from = 0; from < ids.length; from += batch) {
      int count = Math.min(batch, ids.length - from);
      System.arraycopy(ids, from, tokens, position, count);
      if (!compute(count, from + count == ids.length, cancelled)) {
        return false;
      }
    }
    return true;
  }

  /** Computes one token. */
  public void forward(int id) {
    check(id, 1);
    tokens[position] = id;
    compute(1, true, Session::never);
  }

  private void check(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("no tokens to compute");
    }
    for (int id : ids) {
      check(id, ids.length);
    }
  }

  private void check(int id, int count) {
    if (id < 0 || id >= config.vocab()) {
      throw new IllegalArgumentException(
          "token id %d is outside the vocabulary of %d".formatted(id, config.vocab()));
    }
    if (count > tokens.length - position) {
      throw new IllegalArgumentException(
          "%d more tokens do not fit: %d of %d are used".formatted(count, position, tokens.length));
    }
  }

  /** Computes {@code count} tokens that stand in {@link #tokens} from {@link #position} on. */
  private boolean compute(int count, boolean last, BooleanSupplier cancelled) {
    cache.reserve(position + count);
    rope.prepare(position, count);
    for (int t = 0; t < count; t++) {
      weights.embedding().row(tokens[position + t], row);
      System.arraycopy(row, 0, x, t * config.dim(), config.dim());
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      if (cancelled.getAsBoolean()) {
        return false;
      }
      attend(layer, count);
      feedForward(weights.layers()[layer], count);
    }
    position += count;
    if (last) {
      norm(weights.outputNorm(), count - 1, 1);
      input.set(normed, 0, 1, config.dim());
      matMul.multiply(weights.output(), input, logits, 0, config.vocab());
    }
    return true;
  }

  private void attend(int layer, int count) {
    Weights.Layer block = weights.layers()[layer];
    norm(block.attentionNorm(), 0, count);
    input.set(normed, 0, count, config.dim());
    matMul.add(block.query(), query, 0, config.queryDim());
    matMul.add(block.key(), key, 0, config.kvDim());
    matMul.add(block.value(), value, 0, config.kvDim());
    matMul.run(input);
    rope.rotate(query, config.queryDim(), count);
    rope.rotate(key, config.kvDim(), count);
    for (int t = 0; t < count; t++) {
      cache.put(layer, position + t, key, value, t * config.kvDim());
    }
    attention.run(workers, query, attended, layer, position, count);
    input.set(attended, 0, count, config.queryDim());
    matMul.multiply(block.attentionOutput(), input, delta, 0, config.dim());
    VectorMath.add(x, 0, delta, 0, count * config.dim());
  }

  private void feedForward(Weights.Layer block, int count) {
    norm(block.ffnNorm(), 0, count);
    input.set(normed, 0, count, config.dim());
    matMul.add(block.gate(), gate, 0, config.ffnDim());
    matMul.add(block.up(), up, 0, config.ffnDim());
    matMul.run(input);
    for (int t = 0; t < count; t++) { // a token's last values are computed apart from the others
      VectorMath.swiGlu(gate, up, t * config.ffnDim(), config.ffnDim());
    }
    input.set(gate, 0, count, config.ffnDim());
    matMul.multiply(block.down(), input, delta, 0, config.dim());
    VectorMath.add(x, 0, delta, 0, count * config.dim());
  }

  /**
   * RMSNorm of tokens {@code [from, from + count)} of {@link #x} into {@link #normed}, from 0 on.
   */
  private void norm(float[] scale, int from, int count) {
    int dim = config.dim();
    for (int t = 0; t < count; t++) {
      int offset = (from + t) * dim;
      float sum = VectorMath.sumOfSquares(x, offset, dim);
      float inverse = (float) (1 / Math.sqrt(sum / dim + config.normEps()));
      VectorMath.scaleMultiply(normed, t * dim, inverse, x, offset, scale, dim);
    }
  }

  private static boolean never() {
    return false;
  }
}

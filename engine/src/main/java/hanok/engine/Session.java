package hanok.engine;

import hanok.model.ModelConfig;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One sequence of tokens and what the model has computed of it. {@link #prefill} takes many tokens
 * at once, {@link #forward} one; after either, {@link #logits} says what may come next. A {@link
 * Scheduler} computes the tokens of many sessions together.
 *
 * <p>Not thread-safe, but sessions of one model may be used by different threads: they take turns.
 * Decoding allocates nothing. A closed session gives its memory back, and what it has computed may
 * serve another that begins with the same tokens.
 */
public final class Session implements AutoCloseable {
  private final ModelConfig config;
  private final Forward forward;
  private final KvPool pool;
  private final KvCache cache;
  private final Session[] alone = {this};

  private final int[] tokens; // [context], of which position are valid
  private int position;
  private int staged; // tokens after the position that are to be computed
  private int stagedLogits; // the last of them whose logits are wanted
  private float[][] logits; // [rows][vocab]
  private int stagedHidden; // the last of them whose vectors are wanted
  private double[] hidden = {}; // [dim], the sum of those
  private boolean closed;

  @SuppressWarnings("this-escape") // the pool only keeps it in a set
  Session(ModelConfig config, Forward forward, KvPool pool, int context) {
    this.config = config;
    this.forward = forward;
    this.pool = pool;
    cache = new KvCache(config, pool);
    tokens = new int[context];
    logits = new float[][] {new float[config.vocab()]};
    pool.open(this);
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
    synchronized (pool) {
      position = length;
      cache.truncate(length);
    }
  }

  /**
   * Goes to where a prompt begins to be new: back to what this session has in common with it, or to
   * what another session of the model has, or had before it was closed, if that is more. The last
   * token counts as new in any case, since its logits begin the answer.
   *
   * @return how many of the tokens need not be computed: the {@link #position}
   */
  public int resume(int[] ids) {
    int most = Math.min(ids.length, tokens.length) - 1;
    int own = Math.min(most, commonPrefix(ids));
    synchronized (pool) {
      int shared = pool.share(ids, most, own, cache);
      if (shared == 0) {
        rewind(Math.max(0, own));
      } else {
        System.arraycopy(ids, 0, tokens, 0, shared);
        position = shared;
      }
    }
    return position;
  }

  /** Logits of the token after the last one computed, {@code [vocab]}: valid until the next. */
  public float[] logits() {
    return logits[0];
  }

  /** Computes a prompt, or its next part. */
  public void prefill(int[] ids) {
    prefill(ids, Session::never);
  }

  /**
   * Computes a prompt, or its next part.
   *
   * @param cancelled is asked often, by any of the model's threads
   * @return false if cancelled; whole batches that were done stay
   * @throws IllegalArgumentException if there are no ids, one is outside the vocabulary, or they do
   *     not fit the context
   */
  public boolean prefill(int[] ids, BooleanSupplier cancelled) {
    check(ids);
    for (int from = 0; from < ids.length; from += Forward.BATCH) {
      int count = Math.min(Forward.BATCH, ids.length - from);
      stage(ids, from, count, from + count == ids.length ? 1 : 0);
      if (!compute(cancelled)) {
        return false;
      }
    }
    return true;
  }

  /** Computes one token. */
  public void forward(int id) {
    check(id, 1);
    stageOne(id);
    compute(Session::never);
  }

  /** Computes what is staged; false if cancelled. */
  boolean compute(BooleanSupplier cancelled) {
    return forward.run(alone, 1, cancelled);
  }

  private static boolean never() {
    return false;
  }

  /**
   * Says that these tokens may be computed.
   *
   * @throws IllegalArgumentException if there are none, one is outside the vocabulary, or they do
   *     not fit the context
   */
  void check(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("no tokens to compute");
    }
    for (int id : ids) {
      check(id, ids.length);
    }
  }

  private void check(int id, int count) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    if (id < 0 || id >= config.vocab()) {
      throw new IllegalArgumentException(
          "token id %d is outside the vocabulary of %d".formatted(id, config.vocab()));
    }
    if (count > tokens.length - position) {
      throw new IllegalArgumentException(
          "%d more tokens do not fit: %d of %d are used".formatted(count, position, tokens.length));
    }
  }

  /**
   * Notes tokens for the next run of {@link Forward}.
   *
   * @param logitRows of the last tokens, whose logits are wanted
   */
  void stage(int[] ids, int from, int count, int logitRows) {
    System.arraycopy(ids, from, tokens, position, count);
    staged = count;
    stagedLogits = logitRows;
    if (logits.length < logitRows) {
      int had = logits.length;
      logits = Arrays.copyOf(logits, logitRows);
      for (int row = had; row < logitRows; row++) {
        logits[row] = new float[config.vocab()];
      }
    }
  }

  /**
   * Notes tokens for the next run of {@link Forward}, of which vectors are wanted, not logits.
   *
   * @param wanted of the last tokens, whose vectors are added to {@code sum}
   * @param sum {@code [dim]}
   */
  void stageHidden(int[] ids, int from, int count, int wanted, double[] sum) {
    stage(ids, from, count, 0);
    stagedHidden = wanted;
    hidden = sum;
  }

  private void stageOne(int id) {
    tokens[position] = id;
    staged = 1;
    stagedLogits = 1;
  }

  int staged() {
    return staged;
  }

  int stagedLogits() {
    return stagedLogits;
  }

  int stagedHidden() {
    return stagedHidden;
  }

  /** The final vector of one of the wanted tokens. */
  void addHidden(float[] vector) {
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] += vector[i];
    }
  }

  /** The i-th of the tokens to be computed. */
  int stagedToken(int i) {
    return tokens[position + i];
  }

  /** Where the logits of the i-th of the wanted tokens go. */
  float[] logits(int row) {
    return logits[row];
  }

  /** The staged tokens have been computed. */
  void commit() {
    synchronized (pool) {
      position += staged;
      staged = 0;
      stagedHidden = 0;
    }
  }

  KvCache cache() {
    return cache;
  }

  List<KvBlock> blocks() {
    return cache.blocks();
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    synchronized (pool) {
      if (!closed) {
        closed = true;
        cache.truncate(position);
        pool.close(this, tokens(), cache.surrender());
      }
    }
  }
}

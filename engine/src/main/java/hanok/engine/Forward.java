package hanok.engine;

import hanok.kernel.Activations;
import hanok.kernel.MatMul;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the weights for the tokens that some sessions have staged: a prompt, a token of
 * each of many answers, or both together. Each weight is read once for all of them.
 *
 * <p>The steps are those of {@link hanok.reference.ReferenceModel}; vectors of a batch lie side by
 * side, {@code [tokens][width]}. The sessions of a model share one of these and take turns. Once it
 * has seen a batch of some size, one of that size allocates nothing.
 */
final class Forward {
  /** Tokens that are computed together at most. */
  static final int BATCH = 512;

  /** The matrices that share an input. */
  private static final String[] ATTENTION = {"attn_q", "attn_k", "attn_v"};

  private static final String[] ATTENTION_OUTPUT = {"attn_output"};
  private static final String[] FFN = {"ffn_gate", "ffn_up"};
  private static final String[] FFN_DOWN = {"ffn_down"};

  private final ModelConfig config;
  private final Weights weights;
  private final MatMul matMul;
  private final Rows rows;
  private final Rope rope;
  private final Attention attention;
  private final float[] row; // [dim], an embedding
  private @Nullable ActivationObserver observer;

  private Activations input;
  private float[] x = {}; // [tokens][dim], the residual stream
  private float[] query = {};
  private float[] key = {};
  private float[] value = {};
  private float[] gate = {};
  private float[] up = {};
  private float[] delta = {};
  private float[] logits = {}; // [rows][vocab]

  Forward(ModelConfig config, Weights weights, WorkerPool workers) {
    this.config = config;
    this.weights = weights;
    matMul = new MatMul(workers);
    rows = new Rows(config, workers);
    rope = new Rope(config, weights.ropeFactors(), BATCH);
    attention = new Attention(config, workers);
    row = new float[config.dim()];
    input = new Activations(1, widest());
  }

  synchronized void observe(@Nullable ActivationObserver observer) {
    this.observer = observer;
  }

  /**
   * Computes what the first {@code count} sessions have staged, {@link #BATCH} tokens at most.
   *
   * @param cancelled is asked before every chunk of work, by any of the threads
   * @return false if cancelled; then no session has moved
   */
  synchronized boolean run(Session[] sessions, int count, BooleanSupplier cancelled) {
    int tokens = begin(sessions, count);
    matMul.cancelWhen(cancelled);
    for (int layer = 0; layer < config.layers(); layer++) {
      if (cancelled.getAsBoolean()) {
        return false;
      }
      attend(layer, sessions, count, tokens);
      feedForward(layer, tokens);
    }
    output(sessions, count);
    hidden(sessions, count);
    if (cancelled.getAsBoolean()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      sessions[i].commit();
    }
    return true;
  }

  /** Looks the tokens up and returns how many there are. */
  private int begin(Session[] sessions, int count) {
    int tokens = 0;
    for (int i = 0; i < count; i++) {
      tokens += sessions[i].staged();
    }
    if (tokens > BATCH) {
      throw new IllegalArgumentException("%d tokens in a batch of %d".formatted(tokens, BATCH));
    }
    reserve(tokens);
    int t = 0;
    for (int i = 0; i < count; i++) {
      Session session = sessions[i];
      session.cache().reserve(session.position(), session.position() + session.staged());
      for (int j = 0; j < session.staged(); j++, t++) {
        rope.prepare(t, session.position() + j);
        weights.embedding().row(session.stagedToken(j), row);
        System.arraycopy(row, 0, x, t * config.dim(), config.dim());
      }
    }
    return tokens;
  }

  private void reserve(int tokens) {
    if (x.length >= tokens * config.dim()) {
      return;
    }
    int most = tokens <= 16 ? 16 : BATCH; // answers need little, and prompts come again
    x = new float[most * config.dim()];
    query = new float[most * config.queryDim()];
    key = new float[most * config.kvDim()];
    value = new float[most * config.kvDim()];
    gate = new float[most * config.ffnDim()];
    up = new float[most * config.ffnDim()];
    delta = new float[most * config.dim()];
    input = new Activations(most, widest());
  }

  private int widest() {
    return Math.max(config.dim(), Math.max(config.queryDim(), config.ffnDim()));
  }

  private void attend(int layer, Session[] sessions, int count, int tokens) {
    Weights.Layer block = weights.layers()[layer];
    float[] normed = input.begin(tokens, config.dim());
    rows.norm(x, block.attentionNorm(), normed, tokens);
    show(layer, ATTENTION, normed, tokens, config.dim());
    matMul.add(block.query(), query, 0, config.queryDim());
    matMul.add(block.key(), key, 0, config.kvDim());
    matMul.add(block.value(), value, 0, config.kvDim());
    matMul.run(input);
    rows.rotate(rope, query, config.queryDim(), tokens);
    rows.rotate(rope, key, config.kvDim(), tokens);
    rows.store(sessions, count, layer, key, value, tokens);
    float[] attended = input.begin(tokens, config.queryDim());
    attention.run(sessions, count, query, attended, layer);
    show(layer, ATTENTION_OUTPUT, attended, tokens, config.queryDim());
    matMul.multiply(block.attentionOutput(), input, delta, 0, config.dim());
    rows.add(x, delta, tokens);
  }

  private void feedForward(int layer, int tokens) {
    Weights.Layer block = weights.layers()[layer];
    float[] normed = input.begin(tokens, config.dim());
    rows.norm(x, block.ffnNorm(), normed, tokens);
    show(layer, FFN, normed, tokens, config.dim());
    matMul.add(block.gate(), gate, 0, config.ffnDim());
    matMul.add(block.up(), up, 0, config.ffnDim());
    matMul.run(input);
    float[] hidden = input.begin(tokens, config.ffnDim());
    rows.swiGlu(gate, up, hidden, tokens);
    show(layer, FFN_DOWN, hidden, tokens, config.ffnDim());
    matMul.multiply(block.down(), input, delta, 0, config.dim());
    rows.add(x, delta, tokens);
  }

  private void show(int layer, String[] matrices, float[] vectors, int tokens, int columns) {
    if (observer != null) {
      for (String matrix : matrices) {
        observer.see("blk." + layer + "." + matrix + ".weight", vectors, tokens, columns);
      }
    }
  }

  /** The logits of the last tokens of each session, as many as it asked for. */
  private void output(Session[] sessions, int count) {
    int wanted = 0;
    for (int i = 0; i < count; i++) {
      wanted += sessions[i].stagedLogits();
    }
    if (wanted == 0) {
      return;
    }
    float[] normed = input.begin(wanted, config.dim());
    for (int i = 0, t = 0, to = 0; i < count; i++) {
      t += sessions[i].staged();
      for (int j = sessions[i].stagedLogits(); j > 0; j--, to++) {
        rows.norm(x, t - j, weights.outputNorm(), normed, to);
      }
    }
    if (wanted == 1) {
      matMul.multiply(weights.output(), input, first(sessions).logits(), 0, config.vocab());
      return;
    }
    logits = logits.length < wanted * config.vocab() ? new float[wanted * config.vocab()] : logits;
    matMul.multiply(weights.output(), input, logits, 0, config.vocab());
    for (int i = 0, from = 0; i < count; i++) {
      for (int j = 0; j < sessions[i].stagedLogits(); j++, from++) {
        float[] to = sessions[i].logits(j);
        System.arraycopy(logits, from * config.vocab(), to, 0, config.vocab());
      }
    }
  }

  /** The normed vectors of the last tokens of those sessions that ask for them. */
  private void hidden(Session[] sessions, int count) {
    for (int i = 0, t = 0; i < count; i++) {
      t += sessions[i].staged();
      for (int j = sessions[i].stagedHidden(); j > 0; j--) {
        rows.norm(x, t - j, weights.outputNorm(), row, 0);
        sessions[i].addHidden(row);
      }
    }
  }

  /** The first session that wants logits. */
  private static Session first(Session[] sessions) {
    int i = 0;
    while (sessions[i].stagedLogits() == 0) {
      i++;
    }
    return sessions[i];
  }
}

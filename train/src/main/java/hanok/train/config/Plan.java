package hanok.train.config;

import hanok.model.ModelConfig;

/**
 * What a run will take, before it begins. Sizes are in bytes, of one device.
 *
 * @param parameters all numbers of the model
 * @param trained those that learn; fewer with adapters
 * @param flopsPerToken forward and backward, see {@link #flopsPerToken}
 * @param weightBytes float32
 * @param gradientBytes float32, of what learns
 * @param momentBytes both of AdamW, float32, of what learns
 * @param activationBytes about, see {@link #activationBytes}
 */
public record Plan(
    long parameters,
    long trained,
    double flopsPerToken,
    long weightBytes,
    long gradientBytes,
    long momentBytes,
    long activationBytes,
    long steps,
    long tokensPerStep) {
  /** How many logits are in memory at a time, at most. */
  private static final long LOGITS_MAX = 1 << 22;

  private static final int LOGIT_ROWS_MIN = 256;

  /**
   * Plans a run.
   *
   * @param tied whether the embedding is the output matrix too
   */
  public static Plan of(ModelConfig model, boolean tied, RunConfig run, long steps) {
    long parameters = parameters(model, tied);
    LoraSettings lora = run.lora();
    long trained = lora == null ? parameters : adapters(model, lora);
    long adapters = lora == null ? 0 : trained;
    return new Plan(
        parameters,
        trained,
        flopsPerToken(model, run.batch().length()),
        Float.BYTES * (parameters + adapters),
        Float.BYTES * trained,
        2L * Float.BYTES * trained,
        activationBytes(model, run.batch(), run.compute().recompute()),
        steps,
        run.batch().tokens());
  }

  /** All numbers of a model. */
  public static long parameters(ModelConfig model, boolean tied) {
    long norms = (2L * model.layers() + 1) * model.dim();
    long embedding = (long) model.vocab() * model.dim();
    return matmulParameters(model) + norms + (tied ? 0 : embedding);
  }

  /** Numbers that take part in products: the embedding is looked up, but the output is computed. */
  static long matmulParameters(ModelConfig model) {
    long attention = 2L * model.dim() * (model.queryDim() + model.kvDim());
    long feedForward = 3L * model.dim() * model.ffnDim();
    long output = (long) model.vocab() * model.dim();
    return model.layers() * (attention + feedForward) + output;
  }

  /**
   * Floating-point operations a token: {@code 6 N + 12 L d S}, with {@code N} the numbers that take
   * part in products, {@code L} layers, {@code d} the width of queries and {@code S} tokens a row.
   * As everyone counts (PaLM, appendix B; torchtitan): neither causality nor recomputation.
   */
  public static double flopsPerToken(ModelConfig model, int length) {
    return 6.0 * matmulParameters(model)
        + 12.0 * model.layers() * model.queryDim() * (double) length;
  }

  private static long adapters(ModelConfig model, LoraSettings lora) {
    long sizes = 0;
    for (String target : lora.targets()) {
      sizes +=
          switch (target) {
            case "attn_q", "attn_output" -> model.dim() + model.queryDim();
            case "attn_k", "attn_v" -> model.dim() + model.kvDim();
            default -> model.dim() + model.ffnDim();
          };
    }
    return sizes * lora.rank() * model.layers();
  }

  /**
   * What is kept between forward and backward, in float32: the input of every layer, the numbers
   * inside of one layer (of all, without recomputation) with their gradients, and a chunk of logits
   * with theirs. Attention keeps no scores.
   */
  static long activationBytes(ModelConfig model, BatchSettings batch, boolean recompute) {
    long tokens = (long) batch.microRows() * batch.length();
    long inputs = (long) (model.layers() + 1) * model.dim();
    // Two norms, two residuals; q, k, v and what attention gives; gate, up, silu, their product.
    long inside =
        4L * model.dim() + 3L * model.queryDim() + 3L * model.kvDim() + 4L * model.ffnDim();
    long layers = recompute ? 1 : model.layers();
    long rows = Math.min(tokens, Math.max(LOGIT_ROWS_MIN, LOGITS_MAX / model.vocab()));
    return Float.BYTES * (tokens * (inputs + inside * layers + inside) + 3 * rows * model.vocab());
  }

  /** Weights, gradients, moments and activations. */
  public long memoryBytes() {
    return weightBytes + gradientBytes + momentBytes + activationBytes;
  }

  /** Tokens of all steps. */
  public long tokens() {
    return steps * tokensPerStep;
  }

  /** Floating-point operations of all steps. */
  public double flops() {
    return flopsPerToken * tokens();
  }

  /** How long that takes. */
  public double seconds(double tokensPerSecond) {
    return tokens() / tokensPerSecond;
  }

  /** Which share of what a device could do is used (MFU). */
  public double utilisation(double tokensPerSecond, double peakFlops) {
    return tokensPerSecond * flopsPerToken / peakFlops;
  }
}

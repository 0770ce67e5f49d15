package hanok.reference;

import hanok.model.ModelConfig;

/**
 * The whole model in one file, in scalar code: read this first. Everything else in the engine makes
 * it fast, and must agree with it. It runs one token at a time; matrices are row-major
 * {@code [out * in]}, vectors are {@code float[]}, and tensor names are those of GGUF files.
 *
 * @see <a href="https://arxiv.org/abs/2408.03541">EXAONE 3.0 7.8B, section 2.1</a>
 */
public final class ReferenceModel {

  /** Where the weights come from. */
  public interface Weights {
    boolean has(String name);

    /** All values of a tensor, row after row. */
    float[] tensor(String name);

    /**
     * The vector that this matrix is multiplied by in place of {@code x}. Engines round it where
     * the matrix is quantised, so whoever wants to compare digits rounds it here.
     */
    default float[] input(String matrix, float[] x) {
      return x;
    }
  }

  private final ModelConfig config;
  private final Weights weights;
  private final double[] frequencies; // [ropeDim / 2], radians a position
  private final float[][][] keys; // [layer][position][kvHeads * headDim], already rotated
  private final float[][][] values;

  public ReferenceModel(ModelConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
    frequencies = ropeFrequencies();
    keys = new float[config.layers()][config.context()][];
    values = new float[config.layers()][config.context()][];
  }

  /**
   * Runs one token and returns the logits of the next, {@code [vocab]}.
   *
   * @param position from 0, one more at every call; or an earlier one, to go back
   */
  public float[] forward(int token, int position) {
    float[] embedding = weights.tensor("token_embd.weight");
    float[] x = new float[config.dim()];
    System.arraycopy(embedding, token * x.length, x, 0, x.length);
    for (int layer = 0; layer < config.layers(); layer++) {
      add(x, attention(layer, norm(x, block(layer, "attn_norm")), position));
      add(x, feedForward(layer, norm(x, block(layer, "ffn_norm"))));
    }
    boolean tied = !weights.has("output.weight");
    return multiply(tied ? "token_embd.weight" : "output.weight", norm(x, "output_norm.weight"));
  }

  /**
   * Causal attention: the token asks ({@code query}) every token up to itself ({@code key}) and
   * mixes what they answer ({@code value}). {@code heads / kvHeads} query heads share one key and
   * value head (GQA), which keeps the cache small.
   */
  private float[] attention(int layer, float[] x, int position) {
    float[] query = multiply(block(layer, "attn_q"), x);
    keys[layer][position] = multiply(block(layer, "attn_k"), x);
    values[layer][position] = multiply(block(layer, "attn_v"), x);
    rotate(query, position);
    rotate(keys[layer][position], position);

    float[] out = new float[query.length];
    for (int head = 0; head < config.heads(); head++) {
      int q = head * config.headDim();
      int kv = head / (config.heads() / config.kvHeads()) * config.headDim();
      float[] share = new float[position + 1];
      for (int p = 0; p <= position; p++) {
        for (int i = 0; i < config.headDim(); i++) {
          share[p] += query[q + i] * keys[layer][p][kv + i];
        }
        share[p] /= (float) Math.sqrt(config.headDim());
      }
      softmax(share);
      for (int p = 0; p <= position; p++) {
        for (int i = 0; i < config.headDim(); i++) {
          out[q + i] += share[p] * values[layer][p][kv + i];
        }
      }
    }
    return multiply(block(layer, "attn_output"), out);
  }

  /** SwiGLU: {@code down(silu(gate(x)) * up(x))}. */
  private float[] feedForward(int layer, float[] x) {
    float[] hidden = multiply(block(layer, "ffn_gate"), x);
    float[] up = multiply(block(layer, "ffn_up"), x);
    for (int i = 0; i < hidden.length; i++) {
      float silu = hidden[i] / (1 + (float) Math.exp(-hidden[i]));
      hidden[i] = silu * up[i];
    }
    return multiply(block(layer, "ffn_down"), hidden);
  }

  /**
   * RoPE: turns pairs of elements of every head by an angle that grows with the position, so that
   * the dot product of a query and a key depends on how far apart they are.
   */
  private void rotate(float[] x, int position) {
    int pairs = frequencies.length;
    boolean halves = config.architecture() == ModelConfig.Architecture.EXAONE;
    for (int head = 0; head < x.length; head += config.headDim()) {
      for (int i = 0; i < pairs; i++) {
        int a = head + (halves ? i : 2 * i);
        int b = halves ? a + pairs : a + 1;
        double angle = position / config.ropeScale() * frequencies[i];
        float cos = (float) Math.cos(angle);
        float sin = (float) Math.sin(angle);
        float rotated = x[a] * cos - x[b] * sin;
        x[b] = x[a] * sin + x[b] * cos;
        x[a] = rotated;
      }
    }
  }

  /** {@code theta^(-2i/ropeDim)}; EXAONE 3.5 slows some of them down, for its longer context. */
  private double[] ropeFrequencies() {
    double[] result = new double[config.ropeDim() / 2];
    float[] factors = weights.has("rope_freqs.weight") ? weights.tensor("rope_freqs.weight") : null;
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.pow(config.ropeTheta(), -2.0 * i / config.ropeDim());
      result[i] /= factors == null ? 1 : factors[i];
    }
    return result;
  }

  /** RMSNorm: {@code x} scaled to a mean square of one, then by learned weights. */
  private float[] norm(float[] x, String name) {
    float[] scale = weights.tensor(name);
    double sum = 0;
    for (float value : x) {
      sum += (double) value * value;
    }
    float inverse = (float) (1 / Math.sqrt(sum / x.length + config.normEps()));
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = scale[i] * x[i] * inverse;
    }
    return out;
  }

  private static String block(int layer, String name) {
    return "blk." + layer + "." + name + ".weight";
  }

  private float[] multiply(String name, float[] input) {
    float[] matrix = weights.tensor(name);
    float[] x = weights.input(name, input);
    float[] out = new float[matrix.length / x.length];
    for (int row = 0; row < out.length; row++) {
      for (int i = 0; i < x.length; i++) {
        out[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return out;
  }

  private static void softmax(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      max = Math.max(max, value);
    }
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.exp(x[i] - max);
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
  }

  private static void add(float[] x, float[] delta) {
    for (int i = 0; i < x.length; i++) {
      x[i] += delta[i];
    }
  }
}

package hanok.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor that a GGUF file of a model must have.
 *
 * @param name as in the file: {@code blk.0.attn_q.weight}
 * @param shape fastest first, as in {@link hanok.gguf.Tensor#shape}; one dimension for what is not
 *     a matrix and always stays F32: norms and RoPE factors
 * @param layer the transformer block that it belongs to, or -1
 */
public record TensorSpec(String name, long[] shape, int layer) {

  /**
   * All tensors of a model, in the order of its files.
   *
   * @param tied whether the embedding serves as the output matrix, so that there is no {@code
   *     output}
   * @param ropeFactors whether the model divides its rotary frequencies by a tensor
   */
  public static List<TensorSpec> all(ModelConfig config, boolean tied, boolean ropeFactors) {
    List<TensorSpec> all = new ArrayList<>();
    all.add(matrix("token_embd.weight", config.dim(), config.vocab(), -1));
    if (ropeFactors) {
      all.add(vector("rope_freqs.weight", config.ropeDim() / 2, -1));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(all, config, layer);
    }
    all.add(vector("output_norm.weight", config.dim(), -1));
    if (!tied) {
      all.add(matrix("output.weight", config.dim(), config.vocab(), -1));
    }
    return all;
  }

  private static void addLayer(List<TensorSpec> all, ModelConfig config, int layer) {
    String prefix = "blk." + layer + ".";
    int dim = config.dim();
    all.add(vector(prefix + "attn_norm.weight", dim, layer));
    all.add(matrix(prefix + "attn_q.weight", dim, config.queryDim(), layer));
    all.add(matrix(prefix + "attn_k.weight", dim, config.kvDim(), layer));
    all.add(matrix(prefix + "attn_v.weight", dim, config.kvDim(), layer));
    all.add(matrix(prefix + "attn_output.weight", config.queryDim(), dim, layer));
    all.add(vector(prefix + "ffn_norm.weight", dim, layer));
    all.add(matrix(prefix + "ffn_gate.weight", dim, config.ffnDim(), layer));
    all.add(matrix(prefix + "ffn_up.weight", dim, config.ffnDim(), layer));
    all.add(matrix(prefix + "ffn_down.weight", config.ffnDim(), dim, layer));
  }

  /**
   * What transformers calls this tensor: {@code transformer.h.0.attn.attention.q_proj.weight} or
   * {@code model.layers.0.self_attn.q_proj.weight}.
   */
  public String huggingFaceName(ModelConfig.Architecture architecture) {
    return TensorNames.huggingFace(architecture, name);
  }

  public boolean isMatrix() {
    return shape.length == 2;
  }

  public long columns() {
    return shape[0];
  }

  public long rows() {
    return isMatrix() ? shape[1] : 1;
  }

  private static TensorSpec matrix(String name, int columns, int rows, int layer) {
    return new TensorSpec(name, new long[] {columns, rows}, layer);
  }

  private static TensorSpec vector(String name, int length, int layer) {
    return new TensorSpec(name, new long[] {length}, layer);
  }
}

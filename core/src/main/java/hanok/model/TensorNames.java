package hanok.model;

import java.util.Map;

/**
 * What transformers calls the tensors that GGUF files name as {@link TensorSpec} does.
 *
 * @see <a
 *     href="https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/tensor_mapping.py">the
 *     same in llama.cpp's converter</a>
 */
final class TensorNames {
  private static final Map<String, String> EXAONE =
      Map.ofEntries(
          Map.entry("token_embd", "transformer.wte"),
          Map.entry("output_norm", "transformer.ln_f"),
          Map.entry("output", "lm_head"),
          Map.entry("blk", "transformer.h."),
          Map.entry("attn_norm", "ln_1"),
          Map.entry("attn_q", "attn.attention.q_proj"),
          Map.entry("attn_k", "attn.attention.k_proj"),
          Map.entry("attn_v", "attn.attention.v_proj"),
          Map.entry("attn_output", "attn.attention.out_proj"),
          Map.entry("ffn_norm", "ln_2"),
          Map.entry("ffn_gate", "mlp.c_fc_0"),
          Map.entry("ffn_up", "mlp.c_fc_1"),
          Map.entry("ffn_down", "mlp.c_proj"));

  private static final Map<String, String> LLAMA =
      Map.ofEntries(
          Map.entry("token_embd", "model.embed_tokens"),
          Map.entry("output_norm", "model.norm"),
          Map.entry("output", "lm_head"),
          Map.entry("blk", "model.layers."),
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"));

  private TensorNames() {}

  /**
   * The name in safetensors of a GGUF tensor: {@code blk.0.attn_q.weight} or {@code output.weight}.
   */
  static String huggingFace(ModelConfig.Architecture architecture, String ggufName) {
    Map<String, String> names =
        switch (architecture) {
          case EXAONE -> EXAONE;
          case LLAMA -> LLAMA;
        };
    String stem = ggufName.substring(0, ggufName.length() - ".weight".length());
    if (!stem.startsWith("blk.")) {
      return names.get(stem) + ".weight";
    }
    int dot = stem.indexOf('.', 4);
    return names.get("blk")
        + stem.substring(4, dot)
        + "."
        + names.get(stem.substring(dot + 1))
        + ".weight";
  }
}

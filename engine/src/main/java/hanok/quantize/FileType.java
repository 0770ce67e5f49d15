package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.model.ModelConfig;
import hanok.model.TensorSpec;

/**
 * What a whole file is quantised to: {@code general.file_type}, and the type of every tensor in it.
 * Most have one type for all matrices; the mixes spend more bits where errors hurt most.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-quant.cpp">llama.cpp's
 *     quantiser</a>, whose choices the mixes and the substitutes are
 */
public enum FileType {
  F32(0, GgmlType.F32),
  F16(1, GgmlType.F16),
  Q4_0(2, GgmlType.Q4_0),
  Q4_1(3, GgmlType.Q4_1),
  Q8_0(7, GgmlType.Q8_0),
  Q5_0(8, GgmlType.Q5_0),
  Q5_1(9, GgmlType.Q5_1),
  Q2_K(10, GgmlType.Q2_K),
  Q3_K(11, GgmlType.Q3_K),
  Q4_K(14, GgmlType.Q4_K),
  Q4_K_M(15, GgmlType.Q4_K),
  Q5_K(16, GgmlType.Q5_K),
  Q5_K_M(17, GgmlType.Q5_K),
  Q6_K(18, GgmlType.Q6_K),
  IQ4_NL(25, GgmlType.IQ4_NL),
  IQ4_XS(30, GgmlType.IQ4_XS),
  BF16(32, GgmlType.BF16);

  private final int id;
  private final GgmlType base;

  FileType(int id, GgmlType base) {
    this.id = id;
    this.base = base;
  }

  /** llama.cpp's number for it; for pure K types that of the mix named {@code _S}. */
  public int id() {
    return id;
  }

  /**
   * The type of a tensor in such a file.
   *
   * @param tied whether the embedding serves as the output matrix too
   */
  public GgmlType typeOf(TensorSpec tensor, ModelConfig config, boolean tied) {
    if (!tensor.isMatrix()) {
      return GgmlType.F32;
    }
    boolean mixed = this == Q4_K_M || this == Q5_K_M;
    GgmlType wanted = mixed && needsMoreBits(tensor, config, tied) ? GgmlType.Q6_K : base;
    return tensor.columns() % wanted.blockSize() == 0 ? wanted : substitute(wanted, tensor);
  }

  private static boolean needsMoreBits(TensorSpec tensor, ModelConfig config, boolean tied) {
    return switch (tensor.name()) {
      case "output.weight" -> true;
      case "token_embd.weight" -> tied;
      default ->
          (tensor.name().endsWith("attn_v.weight") || tensor.name().endsWith("ffn_down.weight"))
              && isSensitive(tensor.layer(), config.layers());
    };
  }

  /** The first and last eighth of the layers, and every third between. */
  private static boolean isSensitive(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  /** For rows that are not whole blocks of 256: a type of about the same size with blocks of 32. */
  private static GgmlType substitute(GgmlType wanted, TensorSpec tensor) {
    GgmlType smaller =
        switch (wanted) {
          case Q2_K, Q3_K, IQ4_XS -> GgmlType.IQ4_NL;
          case Q4_K -> GgmlType.Q5_0;
          case Q5_K -> GgmlType.Q5_1;
          case Q6_K -> GgmlType.Q8_0;
          case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL -> GgmlType.F16;
        };
    return tensor.columns() % smaller.blockSize() == 0 ? smaller : GgmlType.F16;
  }
}

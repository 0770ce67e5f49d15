package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.model.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * Which type each matrix of a file gets: more bits where errors hurt most. The rules, and what
 * stands in for a type whose blocks do not fit the rows, are llama.cpp's.
 *
 * @param pure whether all matrices get the base type
 * @param output of the output matrix, in place of the rules'
 * @param embedding of the token embedding, in place of the rules'
 * @param tied whether the embedding serves as the output matrix too
 * @param weighed whether there is an importance matrix
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-quant.cpp">llama.cpp's
 *     quantiser</a>
 */
record TypeMix(
    FileType type,
    boolean pure,
    @Nullable GgmlType output,
    @Nullable GgmlType embedding,
    ModelConfig config,
    boolean tied,
    boolean weighed) {

  private static final String EMBEDDING = "token_embd.weight";
  private static final String OUTPUT = "output.weight";

  /** The mix that the name of the type stands for. */
  static TypeMix of(FileType type, ModelConfig config, boolean tied) {
    return new TypeMix(type, type.isPure(), null, null, config, tied, false);
  }

  /** One type, except for the mixes of K types with a size in their names. */
  static TypeMix uniform(FileType type, ModelConfig config, boolean tied) {
    return new TypeMix(type, !type.isSized(), null, null, config, tied, false);
  }

  /** Whether a tensor is a matrix of weights; everything else is left as it is. */
  static boolean isQuantized(String name, long[] shape) {
    int dimensions = shape.length;
    while (dimensions > 1 && shape[dimensions - 1] == 1) {
      dimensions--;
    }
    return dimensions >= 2 && name.endsWith("weight") && !name.contains("_norm.weight");
  }

  /**
   * The type of a matrix.
   *
   * @param columns of it
   * @param layer the transformer block that it belongs to, or -1
   */
  GgmlType typeOf(String name, long columns, int layer) {
    GgmlType base = type.base();
    if (name.equals(EMBEDDING) && embedding != null) {
      return fitting(embedding, columns);
    }
    if (name.equals(OUTPUT) && output != null) {
      return fitting(output, columns);
    }
    return switch (base) {
      case F32, F16, BF16 -> base;
      default -> fitting(pure || type.isPure() ? base : mixed(name, columns, layer), columns);
    };
  }

  private GgmlType mixed(String name, long columns, int layer) {
    GgmlType base = type.base();
    if (name.equals(OUTPUT) || tied && name.equals(EMBEDDING)) {
      return outputType(columns);
    }
    GgmlType better =
        name.contains("attn_v.weight")
            ? valueType(layer)
            : name.contains("ffn_down")
                ? downType(layer)
                : name.contains("attn_output.weight") ? attentionOutputType() : null;
    return better == null ? base : better;
  }

  private GgmlType outputType(long columns) {
    GgmlType base = type.base();
    if (output != null) {
      return output;
    }
    boolean eight = base == GgmlType.Q8_0 || columns % base.blockSize() != 0;
    return eight ? GgmlType.Q8_0 : GgmlType.Q6_K;
  }

  private @Nullable GgmlType valueType(int layer) {
    boolean shared = config.heads() / config.kvHeads() >= 4;
    GgmlType chosen =
        switch (type) {
          case Q2_K -> shared ? GgmlType.Q4_K : GgmlType.Q3_K;
          case Q3_K_M -> layer < 2 ? GgmlType.Q5_K : GgmlType.Q4_K;
          case Q3_K_L -> GgmlType.Q5_K;
          case IQ4_NL, IQ4_XS -> shared ? GgmlType.Q5_K : null;
          case Q4_K_M, Q5_K_M -> isSensitive(layer) ? GgmlType.Q6_K : null;
          case Q4_K_S -> layer < 4 ? GgmlType.Q5_K : null;
          default -> null;
        };
    GgmlType effective = chosen == null ? type.base() : chosen;
    boolean small = effective == GgmlType.Q3_K || effective == GgmlType.Q4_K;
    return is70B() && small ? GgmlType.Q5_K : chosen;
  }

  /** Llama of 70 billion, whose eight heads share a value matrix that is small and matters. */
  private boolean is70B() {
    return config.architecture() == ModelConfig.Architecture.LLAMA
        && config.layers() == 80
        && config.heads() != config.kvHeads();
  }

  private @Nullable GgmlType downType(int layer) {
    int layers = config.layers();
    boolean early = layer < layers / 8;
    return switch (type) {
      case Q2_K -> GgmlType.Q3_K;
      case Q3_K_M -> layer < layers / 16 ? GgmlType.Q5_K : GgmlType.Q4_K;
      case Q3_K_L -> GgmlType.Q5_K;
      case Q4_K_M, Q5_K_M -> isSensitive(layer) ? GgmlType.Q6_K : null;
      case Q4_K_S -> early ? GgmlType.Q5_K : null;
      case IQ4_NL, IQ4_XS -> early && !weighed ? GgmlType.Q5_K : null;
      case Q4_0 -> early && weighed ? GgmlType.Q4_1 : null;
      case Q5_0 -> early && weighed ? GgmlType.Q5_1 : null;
      default -> null;
    };
  }

  private @Nullable GgmlType attentionOutputType() {
    return switch (type) {
      case Q2_K -> GgmlType.Q3_K;
      case Q3_K_M -> GgmlType.Q4_K;
      case Q3_K_L -> GgmlType.Q5_K;
      default -> null;
    };
  }

  /** The first and last eighth of the layers, and every third between. */
  private boolean isSensitive(int layer) {
    int layers = config.layers();
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  /** For rows that are not whole blocks of 256: a type of about the same size with blocks of 32. */
  private static GgmlType fitting(GgmlType wanted, long columns) {
    if (columns % wanted.blockSize() == 0) {
      return wanted;
    }
    GgmlType smaller =
        switch (wanted) {
          case IQ4_XS -> GgmlType.IQ4_NL;
          case Q2_K, Q3_K -> GgmlType.Q4_0;
          case Q4_K -> GgmlType.Q5_0;
          case Q5_K -> GgmlType.Q5_1;
          case Q6_K -> GgmlType.Q8_0;
          case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL -> GgmlType.F16;
        };
    return columns % smaller.blockSize() == 0 ? smaller : GgmlType.F16;
  }
}

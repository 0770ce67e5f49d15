package hanok.model;

import hanok.gguf.GgufFile;
import hanok.gguf.Metadata;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The shape of a decoder-only transformer, as EXAONE 3.x and Llama have it.
 *
 * @param architecture decides tensor layout details, above all how RoPE pairs elements
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads query heads
 * @param kvHeads key and value heads; {@code heads / kvHeads} query heads share one (GQA)
 * @param headDim width of a head; {@code dim / heads} in every EXAONE
 * @param ffnDim width of the hidden layer of the SwiGLU feed-forward network
 * @param vocab number of token ids
 * @param context tokens that the model was trained to see at once
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScale positions are divided by this (linear scaling); 1 for none
 * @param ropeDim how many elements of a head rotate; the rest pass unchanged
 * @param normEps added to the mean square in RMSNorm
 * @see <a href="https://arxiv.org/abs/2408.03541">EXAONE 3.0 7.8B, section 2.1</a>
 */
public record ModelConfig(
    Architecture architecture,
    int layers,
    int dim,
    int heads,
    int kvHeads,
    int headDim,
    int ffnDim,
    int vocab,
    int context,
    float ropeTheta,
    float ropeScale,
    int ropeDim,
    float normEps) {

  /** The model families that Hanok runs, by their name in GGUF files. */
  public enum Architecture {
    /**
     * LG AI Research's EXAONE 3.0, 3.5 and Deep. RoPE pairs element {@code i} with {@code i +
     * ropeDim/2}.
     */
    EXAONE,
    /**
     * Llama, and the first community conversions of EXAONE 3.0, whose query and key rows were
     * permuted so that RoPE pairs neighbours: element {@code 2i} with {@code 2i + 1}.
     */
    LLAMA;

    /** The value of {@code general.architecture}: {@code exaone} or {@code llama}. */
    public String label() {
      return switch (this) {
        case EXAONE -> "exaone";
        case LLAMA -> "llama";
      };
    }
  }

  public ModelConfig {
    // The bounds are far beyond any model; they keep a hostile file from asking for all memory.
    requireRange("layers", layers, 1 << 12);
    requireRange("dim", dim, 1 << 20);
    requireRange("heads", heads, 1 << 12);
    requireRange("kvHeads", kvHeads, 1 << 12);
    requireRange("headDim", headDim, 1 << 12);
    requireRange("ffnDim", ffnDim, 1 << 22);
    requireRange("vocab", vocab, 1 << 24);
    requireRange("context", context, 1 << 24);
    require(heads % kvHeads == 0, "heads %d is not a multiple of kvHeads %d", heads, kvHeads);
    require(ropeDim > 0 && ropeDim <= headDim, "ropeDim %d is not in [1, %d]", ropeDim, headDim);
    require(ropeDim % 2 == 0, "ropeDim %d is odd; RoPE rotates pairs", ropeDim);
    require(ropeTheta > 0 && Float.isFinite(ropeTheta), "ropeTheta is %s", ropeTheta);
    require(ropeScale > 0 && Float.isFinite(ropeScale), "ropeScale is %s", ropeScale);
    require(normEps >= 0 && Float.isFinite(normEps), "normEps is %s", normEps);
  }

  /**
   * The configuration that a GGUF file states.
   *
   * @throws hanok.gguf.MalformedModelException if a key is missing, has the wrong type, or the
   *     values do not make a transformer
   */
  public static ModelConfig of(GgufFile file) {
    Metadata metadata = file.metadata();
    Architecture architecture = architecture(metadata);
    String prefix = architecture.label() + ".";
    int dim = metadata.integer(prefix + "embedding_length");
    int heads = metadata.integer(prefix + "attention.head_count");
    if (heads < 1) {
      throw metadata.malformed(prefix + "attention.head_count", heads + " heads");
    }
    int headDim = headDim(metadata, prefix, dim, heads);
    try {
      return new ModelConfig(
          architecture,
          metadata.integer(prefix + "block_count"),
          dim,
          heads,
          metadata.integer(prefix + "attention.head_count_kv", heads),
          headDim,
          metadata.integer(prefix + "feed_forward_length"),
          vocab(file, prefix),
          metadata.integer(prefix + "context_length"),
          metadata.real(prefix + "rope.freq_base", 10_000),
          ropeScale(metadata, prefix),
          metadata.integer(prefix + "rope.dimension_count", headDim),
          metadata.real(prefix + "attention.layer_norm_rms_epsilon"));
    } catch (IllegalArgumentException e) {
      throw metadata.malformed("general.architecture", String.valueOf(e.getMessage()));
    }
  }

  /** Width of the queries of a token: {@code heads * headDim}. */
  public int queryDim() {
    return heads * headDim;
  }

  /** Width of the keys, and of the values, of a token: {@code kvHeads * headDim}. */
  public int kvDim() {
    return kvHeads * headDim;
  }

  private static Architecture architecture(Metadata metadata) {
    String name = metadata.string("general.architecture");
    for (Architecture architecture : Architecture.values()) {
      if (architecture.label().equals(name)) {
        return architecture;
      }
    }
    String known =
        Arrays.stream(Architecture.values())
            .map(Architecture::label)
            .collect(Collectors.joining(" and "));
    throw metadata.malformed(
        "general.architecture", "\"%s\" is not one that Hanok runs: %s".formatted(name, known));
  }

  private static int headDim(Metadata metadata, String prefix, int dim, int heads) {
    String key = prefix + "attention.key_length";
    int headDim = metadata.integer(key, dim / heads);
    if (!metadata.has(key) && dim % heads != 0) {
      throw metadata.malformed(
          prefix + "embedding_length", "%d is not a multiple of %d heads".formatted(dim, heads));
    }
    int valueDim = metadata.integer(prefix + "attention.value_length", headDim);
    if (valueDim != headDim) {
      throw metadata.malformed(
          prefix + "attention.value_length",
          "%d differs from the key length, %d".formatted(valueDim, headDim));
    }
    return headDim;
  }

  /** The rows of the embedding decide; the key is optional and often absent. */
  private static int vocab(GgufFile file, String prefix) {
    long rows = file.tensor("token_embd.weight").rows();
    int stated = file.metadata().integer(prefix + "vocab_size", (int) Math.min(rows, 1 << 30));
    if (stated != rows) {
      throw file.metadata()
          .malformed(
              prefix + "vocab_size",
              "%d, but token_embd.weight has %d rows".formatted(stated, rows));
    }
    return stated;
  }

  private static float ropeScale(Metadata metadata, String prefix) {
    String type = metadata.string(prefix + "rope.scaling.type", "none");
    return switch (type) {
      case "none" -> metadata.real(prefix + "rope.scale_linear", 1);
      case "linear" -> metadata.real(prefix + "rope.scaling.factor", 1);
      default ->
          throw metadata.malformed(
              prefix + "rope.scaling.type", "\"%s\" is not supported".formatted(type));
    };
  }

  private static void requireRange(String name, int value, int max) {
    require(value > 0 && value <= max, "%s is %d, not in [1, %d]", name, value, max);
  }

  private static void require(boolean ok, String message, Object... values) {
    if (!ok) {
      throw new IllegalArgumentException("model config: " + message.formatted(values));
    }
  }
}

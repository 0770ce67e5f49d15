package hanok.engine;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.model.ModelConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes small models of random float32 weights: any shape, so that awkward ones are tried. */
final class TinyModel {
  private final ModelConfig config;
  private final Random random;
  private final GgufWriter writer = new GgufWriter();

  private TinyModel(ModelConfig config, long seed) {
    this.config = config;
    random = new Random(seed);
  }

  static ModelConfig config(ModelConfig.Architecture architecture, int heads, int kvHeads) {
    int headDim = 24;
    return new ModelConfig(
        architecture, 3, 56, heads, kvHeads, headDim, 88, 300, 1024, 10_000, 1, 20, 1e-5f);
  }

  static void write(Path path, ModelConfig config, boolean tied, boolean factors, long seed) {
    TinyModel model = new TinyModel(config, seed);
    model.metadata();
    model.tensors(tied, factors);
    model.writer.write(path);
  }

  private void metadata() {
    String prefix = config.architecture().label() + ".";
    writer
        .put("general.architecture", GgufValue.of(config.architecture().label()))
        .put(prefix + "block_count", GgufValue.uint32(config.layers()))
        .put(prefix + "embedding_length", GgufValue.uint32(config.dim()))
        .put(prefix + "attention.head_count", GgufValue.uint32(config.heads()))
        .put(prefix + "attention.head_count_kv", GgufValue.uint32(config.kvHeads()))
        .put(prefix + "attention.key_length", GgufValue.uint32(config.headDim()))
        .put(prefix + "attention.value_length", GgufValue.uint32(config.headDim()))
        .put(prefix + "feed_forward_length", GgufValue.uint32(config.ffnDim()))
        .put(prefix + "context_length", GgufValue.uint32(config.context()))
        .put(prefix + "rope.freq_base", GgufValue.of(config.ropeTheta()))
        .put(prefix + "rope.dimension_count", GgufValue.uint32(config.ropeDim()))
        .put(prefix + "rope.scaling.type", GgufValue.of("linear"))
        .put(prefix + "rope.scaling.factor", GgufValue.of(config.ropeScale()))
        .put(prefix + "attention.layer_norm_rms_epsilon", GgufValue.of(config.normEps()))
        .put("tokenizer.ggml.model", GgufValue.of("gpt2"))
        .put("tokenizer.ggml.pre", GgufValue.of("exaone"))
        .put("tokenizer.ggml.tokens", GgufValue.strings(tokens()))
        .put("tokenizer.ggml.token_type", GgufValue.int32s(types()))
        .put("tokenizer.ggml.merges", GgufValue.strings(List.of()))
        .put("tokenizer.ggml.eos_token_id", GgufValue.uint32(256));
  }

  /** The 256 bytes in GPT-2's alphabet, then control tokens up to the vocabulary's size. */
  private List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    int moved = 0;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174;
      tokens.add(Character.toString(printable ? b : 256 + moved++));
    }
    for (int id = tokens.size(); id < config.vocab(); id++) {
      tokens.add("<control" + id + ">");
    }
    return tokens;
  }

  private int[] types() {
    int[] types = new int[config.vocab()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id < 256 ? 1 : 3;
    }
    return types;
  }

  private void tensors(boolean tied, boolean factors) {
    int dim = config.dim();
    matrix("token_embd.weight", config.vocab(), dim);
    if (factors) {
      vector("rope_freqs.weight", config.ropeDim() / 2);
    }
    for (int i = 0; i < config.layers(); i++) {
      String prefix = "blk." + i + ".";
      vector(prefix + "attn_norm.weight", dim);
      matrix(prefix + "attn_q.weight", config.queryDim(), dim);
      matrix(prefix + "attn_k.weight", config.kvDim(), dim);
      matrix(prefix + "attn_v.weight", config.kvDim(), dim);
      matrix(prefix + "attn_output.weight", dim, config.queryDim());
      vector(prefix + "ffn_norm.weight", dim);
      matrix(prefix + "ffn_gate.weight", config.ffnDim(), dim);
      matrix(prefix + "ffn_up.weight", config.ffnDim(), dim);
      matrix(prefix + "ffn_down.weight", dim, config.ffnDim());
    }
    vector("output_norm.weight", dim);
    if (!tied) {
      matrix("output.weight", config.vocab(), dim);
    }
  }

  private void matrix(String name, int rows, int columns) {
    ByteBuffer data = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) (random.nextGaussian() * 0.2));
    }
    data.flip();
    writer.tensor(name, GgmlType.F32, new long[] {columns, rows}, out -> out.write(data));
  }

  private void vector(String name, int length) {
    ByteBuffer data = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(1 + random.nextFloat());
    }
    data.flip();
    writer.tensor(name, GgmlType.F32, new long[] {length}, out -> out.write(data));
  }
}

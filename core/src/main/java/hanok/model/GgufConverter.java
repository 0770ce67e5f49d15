package hanok.model;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Metadata;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;
import java.util.function.LongConsumer;

/**
 * Turns a Hugging Face folder into a GGUF file that Hanok and llama.cpp read, streaming.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/tree/master/conversion">llama.cpp's
 *     converter</a>, whose keys, names and permutation these are
 */
public final class GgufConverter {
  private static final int TOKEN_TYPE_UNUSED = 5;

  private final HuggingFaceFolder folder;
  private final GgmlType type;
  private final Progress progress;
  private long bytesDone;

  private GgufConverter(HuggingFaceFolder folder, GgmlType type, Progress progress) {
    this.folder = folder;
    this.type = type;
    this.progress = progress;
  }

  /**
   * Writes {@code file}, which appears only when it is whole. The tokenizer is that of the folder.
   *
   * @param type of the matrices: F32, F16 or BF16; everything else stays F32
   * @throws MalformedModelException if the vocabulary is larger than the embedding, or a weight is
   *     not finite or does not fit {@code type}
   * @throws java.io.UncheckedIOException if the tokenizer cannot be read or the file not be written
   */
  public static void convert(
      HuggingFaceFolder folder, GgmlType type, Path file, Progress progress) {
    switch (type) {
      case F32, F16, BF16 -> new GgufConverter(folder, type, progress).write(file);
      default ->
          throw new IllegalArgumentException(
              "converts to F32, F16 or BF16, not to %s: quantise afterwards".formatted(type));
    }
  }

  private void write(Path file) {
    HuggingFaceConfig source = folder.config();
    SequencedMap<String, GgufValue> tokenizer = new LinkedHashMap<>(folder.specialTokens());
    tokenizer.putAll(Tokenizer.load(folder.path()).ggufMetadata());
    GgufWriter writer = new GgufWriter();
    writer.putAll(metadata(source.config(), folder.name(), fileType(type)));
    writer.putAll(folder.sampling());
    writer.putAll(padded(tokenizer, source.config().vocab()));
    folder
        .chatTemplate()
        .ifPresent(text -> writer.put("tokenizer.chat_template", GgufValue.of(text)));
    boolean hasFactors = source.ropeFactors().length > 0;
    for (TensorSpec spec : TensorSpec.all(source.config(), source.tied(), hasFactors)) {
      GgmlType stored = spec.isMatrix() ? type : GgmlType.F32;
      writer.tensor(
          spec.name(),
          stored,
          spec.shape(),
          channel -> writeTensor(spec, stored, channel, done -> report(done, writer)));
    }
    writer.write(file);
  }

  private void report(long bytes, GgufWriter writer) {
    bytesDone += bytes;
    progress.report(bytesDone, writer.tensorBytes());
  }

  private void writeTensor(
      TensorSpec spec, GgmlType stored, WritableByteChannel channel, LongConsumer done)
      throws IOException {
    if (spec.name().equals("rope_freqs.weight")) {
      float[] factors = folder.config().ropeFactors();
      ByteBuffer bytes = ByteBuffer.allocate(4 * factors.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(factors);
      done.accept(channel.write(bytes));
      return;
    }
    new WeightCast(folder.tensors().path(), folder.tensor(spec.name()), spec, stored)
        .writeTo(channel, rowOrder(spec), done);
  }

  /**
   * Llama's query and key rows lie in halves in transformers and interleaved in GGUF: of a head,
   * row {@code 2j + s} there is row {@code s * headDim/2 + j} here. EXAONE's stay as they are.
   */
  private IntUnaryOperator rowOrder(TensorSpec spec) {
    ModelConfig config = folder.config().config();
    boolean permuted =
        config.architecture() == ModelConfig.Architecture.LLAMA
            && (spec.name().endsWith("attn_q.weight") || spec.name().endsWith("attn_k.weight"));
    int headDim = config.headDim();
    return permuted
        ? row -> {
          int inHead = row % headDim;
          return row - inHead + inHead % 2 * (headDim / 2) + inHead / 2;
        }
        : row -> row;
  }

  /**
   * The keys that describe a model, apart from its tokenizer.
   *
   * @param fileType {@code general.file_type}, llama.cpp's number for the mix of types
   */
  public static SequencedMap<String, GgufValue> metadata(
      ModelConfig config, String name, int fileType) {
    String arch = config.architecture().label() + ".";
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("general.architecture", GgufValue.of(config.architecture().label()));
    keys.put("general.type", GgufValue.of("model"));
    keys.put("general.name", GgufValue.of(name));
    keys.put("general.file_type", GgufValue.uint32(fileType));
    keys.put("general.quantization_version", GgufValue.uint32(2));
    keys.put(arch + "context_length", GgufValue.uint32(config.context()));
    keys.put(arch + "embedding_length", GgufValue.uint32(config.dim()));
    keys.put(arch + "block_count", GgufValue.uint32(config.layers()));
    keys.put(arch + "feed_forward_length", GgufValue.uint32(config.ffnDim()));
    keys.put(arch + "attention.head_count", GgufValue.uint32(config.heads()));
    keys.put(arch + "attention.head_count_kv", GgufValue.uint32(config.kvHeads()));
    if (config.headDim() * config.heads() != config.dim()) {
      keys.put(arch + "attention.key_length", GgufValue.uint32(config.headDim()));
      keys.put(arch + "attention.value_length", GgufValue.uint32(config.headDim()));
    }
    keys.put(arch + "attention.layer_norm_rms_epsilon", GgufValue.of(config.normEps()));
    keys.put(arch + "rope.freq_base", GgufValue.of(config.ropeTheta()));
    keys.put(arch + "rope.dimension_count", GgufValue.uint32(config.ropeDim()));
    if (config.ropeScale() != 1) {
      keys.put(arch + "rope.scaling.type", GgufValue.of("linear"));
      keys.put(arch + "rope.scaling.factor", GgufValue.of(config.ropeScale()));
    }
    keys.put(arch + "vocab_size", GgufValue.uint32(config.vocab()));
    return keys;
  }

  private static int fileType(GgmlType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 32;
      default -> throw new IllegalArgumentException("no file type for " + type);
    };
  }

  /**
   * Names the embedding rows that no token uses, which exist to make the row count a round number.
   */
  private SequencedMap<String, GgufValue> padded(
      SequencedMap<String, GgufValue> tokenizer, int vocab) {
    Metadata keys = Metadata.of(folder.path(), tokenizer);
    List<String> tokens = new ArrayList<>(keys.strings("tokenizer.ggml.tokens"));
    if (tokens.size() > vocab) {
      throw new MalformedModelException(
          folder.path(),
          MalformedModelException.NOWHERE,
          "the tokenizer has %d tokens, the embedding %d rows".formatted(tokens.size(), vocab));
    }
    int[] types = Arrays.copyOf(keys.integers("tokenizer.ggml.token_type"), vocab);
    for (int id = tokens.size(); id < vocab; id++) {
      types[id] = TOKEN_TYPE_UNUSED;
      tokens.add("[PAD" + id + "]");
    }
    SequencedMap<String, GgufValue> padded = new LinkedHashMap<>(tokenizer);
    padded.put("tokenizer.ggml.tokens", GgufValue.strings(tokens));
    padded.put("tokenizer.ggml.token_type", GgufValue.int32s(types));
    return padded;
  }
}

package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufWriter;
import hanok.model.GgufConverter;
import hanok.model.HuggingFaceConfig;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import hanok.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Writes a GGUF file of random weights and a made-up tokenizer: as large and as fast as a real
 * model of its shape, for measuring speed where no licence or download should stand in the way.
 * What it says is noise; logits stay finite.
 */
public final class RandomModel {
  private static final Map<String, HuggingFaceConfig> PRESETS = presetsByName();

  private final HuggingFaceConfig source;

  private RandomModel(HuggingFaceConfig source) {
    this.source = source;
  }

  public static RandomModel of(HuggingFaceConfig config) {
    return new RandomModel(config);
  }

  /** A model with its own output matrix and without RoPE factors. */
  public static RandomModel of(ModelConfig config) {
    return new RandomModel(new HuggingFaceConfig(config, false, new float[0]));
  }

  /**
   * A model in the shape of a published one.
   *
   * @throws IllegalArgumentException if the name is not one of {@link #presets}
   */
  public static RandomModel preset(String name) {
    HuggingFaceConfig config = PRESETS.get(name);
    if (config == null) {
      throw new IllegalArgumentException(
          "no preset is named %s: there are %s".formatted(name, String.join(", ", presets())));
    }
    return new RandomModel(config);
  }

  /** The names that {@link #preset} knows. */
  public static List<String> presets() {
    return List.copyOf(PRESETS.keySet());
  }

  public ModelConfig config() {
    return source.config();
  }

  /**
   * Writes the file; the same seed gives the same bytes.
   *
   * @throws IllegalArgumentException if the vocabulary is too small for the bytes and special
   *     tokens
   * @throws java.io.UncheckedIOException if it cannot be written; nothing is left behind
   */
  public void write(Path file, FileType type, long seed, Progress progress) {
    ModelConfig config = source.config();
    GgufWriter writer = new GgufWriter();
    writer.putAll(GgufConverter.metadata(config, "random weights", type.id()));
    writer.putAll(new MadeUpTokenizer(config.vocab(), seed).metadata());
    boolean hasFactors = source.ropeFactors().length > 0;
    TypeMix mix = TypeMix.uniform(type, config, source.tied());
    Weights weights = new Weights(seed, progress, writer);
    for (TensorSpec spec : TensorSpec.all(config, source.tied(), hasFactors)) {
      GgmlType stored =
          spec.isMatrix() ? mix.typeOf(spec.name(), spec.columns(), spec.layer()) : GgmlType.F32;
      writer.tensor(
          spec.name(), stored, spec.shape(), channel -> weights.writeTensor(spec, stored, channel));
    }
    writer.write(file);
  }

  /** The values of one file, and how much of them is written. */
  private final class Weights {
    private final RandomGenerator random;
    private final Progress progress;
    private final GgufWriter writer;
    private final Map<GgmlType, RandomBlocks> blocksOfType = new EnumMap<>(GgmlType.class);
    private long bytesDone;

    Weights(long seed, Progress progress, GgufWriter writer) {
      this.random = new SplittableRandom(seed);
      this.progress = progress;
      this.writer = writer;
    }

    void writeTensor(TensorSpec spec, GgmlType stored, WritableByteChannel channel)
        throws IOException {
      long bytes = spec.rows() * stored.bytes(spec.columns());
      if (spec.isMatrix()) {
        blocksOfType
            .computeIfAbsent(stored, type -> new RandomBlocks(type, random))
            .writeTo(channel, bytes);
      } else {
        writeVector(spec, channel);
      }
      bytesDone += bytes;
      progress.report(bytesDone, writer.tensorBytes());
    }

    private void writeVector(TensorSpec spec, WritableByteChannel channel) throws IOException {
      boolean factors = spec.name().equals("rope_freqs.weight");
      ByteBuffer bytes = ByteBuffer.allocate((int) (4 * spec.columns()));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < spec.columns(); i++) {
        bytes.putFloat(
            factors ? source.ropeFactors()[i] : (float) (1 + 0.1 * random.nextGaussian()));
      }
      bytes.flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /**
   * EXAONE 3.0 as in arXiv 2408.03541 and its published config. EXAONE 3.5: layers and widths as in
   * arXiv 2412.04862; its RoPE numbers are those of the later models of the family.
   */
  private static SequencedMap<String, HuggingFaceConfig> presetsByName() {
    SequencedMap<String, HuggingFaceConfig> presets = new LinkedHashMap<>();
    ModelConfig v30 = exaone(32, 4096, 32, 14_336, 4096, 500_000);
    presets.put("exaone3.0-7.8b", new HuggingFaceConfig(v30, false, new float[0]));
    presets.put("exaone3.5-2.4b", exaone35(exaone(30, 2560, 32, 7168, 32_768, 1_000_000), true));
    presets.put("exaone3.5-7.8b", exaone35(exaone(32, 4096, 32, 14_336, 32_768, 1_000_000), false));
    presets.put("exaone3.5-32b", exaone35(exaone(64, 5120, 40, 27_392, 32_768, 1_000_000), false));
    return presets;
  }

  private static ModelConfig exaone(
      int layers, int dim, int heads, int ffnDim, int context, float theta) {
    int headDim = dim / heads;
    return new ModelConfig(
        ModelConfig.Architecture.EXAONE,
        layers,
        dim,
        heads,
        8,
        headDim,
        ffnDim,
        102_400,
        context,
        theta,
        1,
        headDim,
        1e-5f);
  }

  private static HuggingFaceConfig exaone35(ModelConfig config, boolean tied) {
    return new HuggingFaceConfig(
        config, tied, HuggingFaceConfig.llama3Factors(config, 8, 1, 4, 8192));
  }
}

package hanok.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Tensor;
import hanok.model.HuggingFaceConfig;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
  private static final Path GOLDEN = Path.of("..", "golden");

  @TempDir Path folder;

  private static void quantize(Path in, Path out, QuantizeOptions options) {
    try (GgufFile file = GgufFile.open(in)) {
      Quantizer.quantize(file, options, out, Progress.NONE);
    }
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_BYTE);
  }

  /** So llama.cpp's greedy tokens and logits for these files are those for ours. */
  @ParameterizedTest
  @ValueSource(strings = {"Q2_K", "Q3_K_M", "Q4_0", "Q4_K_M", "Q5_0", "Q5_K_M", "Q6_K", "Q8_0"})
  void writesTheFileThatLlamaCppWrote(FileType type) {
    Path out = folder.resolve("out.gguf");
    quantize(GOLDEN.resolve("exaone-a-F16.gguf"), out, QuantizeOptions.of(type));
    try (GgufFile ours = GgufFile.open(out);
        GgufFile golden = GgufFile.open(GOLDEN.resolve("exaone-a-" + type + ".gguf"))) {
      assertThat(ours.tensors().keySet()).isEqualTo(golden.tensors().keySet());
      for (Tensor expected : golden.tensors().values()) {
        Tensor actual = ours.tensor(expected.name());
        assertThat(actual.type()).as(expected.name()).isEqualTo(expected.type());
        assertThat(bytes(actual)).as(expected.name()).isEqualTo(bytes(expected));
      }
      assertThat(ours.metadata().integer("general.file_type")).isEqualTo(type.id());
      assertThat(ours.metadata().values().keySet()).isEqualTo(golden.metadata().values().keySet());
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBytesOnAnyNumberOfThreads(FileType type) throws IOException {
    Path in = folder.resolve("in.gguf");
    RandomModel.of(config(3, 320, 416)).write(in, FileType.F32, 1, Progress.NONE);
    byte[] once = null;
    for (int threads : new int[] {1, 3}) {
      Path out = folder.resolve("out-" + threads);
      quantize(in, out, QuantizeOptions.of(type).withThreads(threads));
      byte[] bytes = Files.readAllBytes(out);
      assertThat(bytes).isEqualTo(once == null ? bytes : once);
      once = bytes;
    }
  }

  private static ModelConfig config(int layers, int dim, int ffnDim) {
    return new ModelConfig(
        ModelConfig.Architecture.LLAMA,
        layers,
        dim,
        4,
        2,
        dim / 4,
        ffnDim,
        500,
        128,
        10_000,
        1,
        dim / 4,
        1e-5f);
  }

  @Test
  void refusesToQuantizeTwiceUnlessAsked() {
    Path in = GOLDEN.resolve("exaone-a-Q5_K_M.gguf");
    Path out = folder.resolve("out.gguf");
    QuantizeOptions options = QuantizeOptions.of(FileType.Q4_0);
    assertThatThrownBy(() -> quantize(in, out, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token_embd.weight is quantised already, as Q5_K");
    assertThat(out).doesNotExist();
    quantize(in, out, options.withRequantize());
    try (GgufFile file = GgufFile.open(out)) {
      assertThat(file.tensor("token_embd.weight").type()).isEqualTo(GgmlType.Q4_0);
    }
  }

  @Test
  void whatKeepsItsTypeIsCopiedAsItIs() throws IOException {
    Path in = GOLDEN.resolve("exaone-a-Q4_K_M.gguf");
    Path out = folder.resolve("out.gguf");
    quantize(in, out, QuantizeOptions.of(FileType.Q4_K_M));
    assertThat(Files.size(out)).isEqualTo(Files.size(in));
    quantize(out, folder.resolve("again"), QuantizeOptions.of(FileType.Q4_K_M).withThreads(2));
    assertThat(folder.resolve("again")).hasSameBinaryContentAs(out);
  }

  @Test
  void joinsAModelInParts() throws IOException {
    Path first = folder.resolve("m-00001-of-00002.gguf");
    try (GgufFile whole = GgufFile.open(GOLDEN.resolve("exaone-a-F16.gguf"))) {
      List<Tensor> tensors = List.copyOf(whole.tensors().values());
      writePart(whole, first, 0, tensors.subList(0, 5));
      Path second = folder.resolve("m-00002-of-00002.gguf");
      writePart(whole, second, 1, tensors.subList(5, tensors.size()));
    }
    QuantizeOptions options = QuantizeOptions.of(FileType.Q4_K_S);
    quantize(first, folder.resolve("parts"), options);
    quantize(GOLDEN.resolve("exaone-a-F16.gguf"), folder.resolve("whole"), options);
    assertThat(folder.resolve("parts")).hasSameBinaryContentAs(folder.resolve("whole"));
  }

  private static void writePart(GgufFile whole, Path file, int part, List<Tensor> tensors) {
    GgufWriter writer = new GgufWriter();
    if (part == 0) {
      writer.putAll(whole.metadata().values());
    }
    writer.put("split.no", GgufValue.uint32(part));
    writer.put("split.count", GgufValue.uint32(2));
    writer.put("split.tensors.count", GgufValue.uint32(whole.tensors().size()));
    tensors.forEach(tensor ->
        writer.tensor(
            tensor.name(),
            tensor.type(),
            tensor.shape(),
            channel -> channel.write(tensor.data().asByteBuffer())));
    writer.write(file);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e6f})
  void refusesWeightsThatAreNotNumbers(float value) {
    Path in = folder.resolve("in.gguf");
    Path bad = folder.resolve("bad.gguf");
    RandomModel.of(config(1, 64, 96)).write(in, FileType.F32, 1, Progress.NONE);
    try (GgufFile file = GgufFile.open(in)) {
      GgufWriter writer = new GgufWriter();
      writer.putAll(file.metadata().values());
      for (Tensor tensor : file.tensors().values()) {
        byte[] data = bytes(tensor);
        if (tensor.name().equals("blk.0.ffn_up.weight")) {
          ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * (7 * 64 + 5), value);
        }
        writer.tensor(
            tensor.name(),
            tensor.type(),
            tensor.shape(),
            channel -> channel.write(ByteBuffer.wrap(data)));
      }
      writer.write(bad);
    }
    Path out = folder.resolve("out.gguf");
    for (FileType type : new FileType[] {FileType.F16, FileType.Q8_0, FileType.Q4_K_M}) {
      assertThatThrownBy(() -> quantize(bad, out, QuantizeOptions.of(type).withThreads(2)))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("tensor blk.0.ffn_up.weight: row 7");
      assertThat(files()).containsExactlyInAnyOrder("in.gguf", "bad.gguf");
    }
  }

  @Test
  void anInterruptedRunLeavesNothingAndWhatWasThereBefore() throws IOException {
    Path out = Files.writeString(folder.resolve("out.gguf"), "before");
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("exaone-a-F16.gguf"))) {
      Progress stop =
          (done, total) -> {
            if (done > total / 2) {
              throw new IllegalStateException("stop");
            }
          };
      QuantizeOptions options = QuantizeOptions.of(FileType.Q6_K).withThreads(2);
      assertThatThrownBy(() -> Quantizer.quantize(file, options, out, stop)).hasMessage("stop");
    }
    assertThat(files()).containsExactly("out.gguf");
    assertThat(out).hasContent("before");
  }

  @Test
  void reportsEveryByteOnce() {
    Path out = folder.resolve("out.gguf");
    long[] last = new long[2];
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("exaone-a-F16.gguf"))) {
      Progress progress =
          (done, total) -> {
            assertThat(done).isGreaterThan(last[0]).isLessThanOrEqualTo(total);
            last[0] = done;
            last[1] = total;
          };
      Quantizer.quantize(file, QuantizeOptions.of(FileType.IQ4_XS), out, progress);
    }
    assertThat(last[0]).isPositive().isEqualTo(last[1]);
  }

  @Test
  void tiedModelsKeepTheirFactorsAndGiveTheEmbeddingMoreBits() {
    ModelConfig config = config(2, 256, 512);
    float[] factors = HuggingFaceConfig.llama3Factors(config, 8, 1, 4, 8192);
    Path in = folder.resolve("in.gguf");
    Path out = folder.resolve("out.gguf");
    RandomModel.of(new HuggingFaceConfig(config, true, factors))
        .write(in, FileType.BF16, 3, Progress.NONE);
    quantize(in, out, QuantizeOptions.of(FileType.Q4_K_S));
    try (GgufFile before = GgufFile.open(in);
        GgufFile after = GgufFile.open(out)) {
      assertThat(after.tensor("token_embd.weight").type()).isEqualTo(GgmlType.Q6_K);
      assertThat(bytes(after.tensor("rope_freqs.weight")))
          .isEqualTo(bytes(before.tensor("rope_freqs.weight")));
    }
  }

  @Test
  void anImportanceMatrixMustBeOfTheModel() {
    Path in = GOLDEN.resolve("exaone-a-F16.gguf");
    Path out = folder.resolve("out.gguf");
    for (String name : new String[] {"blk.0.attn_q.weight", "blk.9.attn_q.weight"}) {
      SequencedMap<String, ImportanceMatrix.Sums> sums = new TreeMap<>();
      sums.put(name, new ImportanceMatrix.Sums(new float[255], 1));
      QuantizeOptions options =
          QuantizeOptions.of(FileType.Q4_0)
              .withImportance(new ImportanceMatrix("im.gguf", sums, 1, 512, List.of()));
      assertThatThrownBy(() -> quantize(in, out, options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name.contains("9") ? "none of the matrices" : "255");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void tellsWhichImportanceMatrixItUsed() {
    float[] squares = new float[256];
    Arrays.fill(squares, 2);
    SequencedMap<String, ImportanceMatrix.Sums> sums = new TreeMap<>();
    sums.put("blk.0.attn_q.weight", new ImportanceMatrix.Sums(squares, 1));
    ImportanceMatrix matrix = new ImportanceMatrix("im.gguf", sums, 3, 512, List.of("a.txt"));
    Path out = folder.resolve("out.gguf");
    quantize(
        GOLDEN.resolve("exaone-a-F16.gguf"),
        out,
        QuantizeOptions.of(FileType.Q4_K_M).withImportance(matrix));
    try (GgufFile file = GgufFile.open(out)) {
      assertThat(file.metadata().string("quantize.imatrix.file")).isEqualTo("im.gguf");
      assertThat(file.metadata().string("quantize.imatrix.dataset")).isEqualTo("a.txt");
      assertThat(file.metadata().integer("quantize.imatrix.entries_count")).isEqualTo(1);
      assertThat(file.metadata().integer("quantize.imatrix.chunks_count")).isEqualTo(3);
    }
  }

  private List<String> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

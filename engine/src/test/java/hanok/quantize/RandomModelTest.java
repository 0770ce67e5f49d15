package hanok.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.Tensor;
import hanok.kernel.Format;
import hanok.model.HuggingFaceConfig;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import hanok.model.TensorSpec;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RandomModelTest {
  @TempDir Path folder;

  private static ModelConfig tiny(int layers, int vocab) {
    return new ModelConfig(
        ModelConfig.Architecture.EXAONE,
        layers,
        256,
        4,
        2,
        64,
        512,
        vocab,
        2048,
        500_000,
        1,
        64,
        1e-5f);
  }

  private Path write(RandomModel model, FileType type, long seed) {
    Path file = folder.resolve(type + "-" + seed + ".gguf");
    model.write(file, type, seed, Progress.NONE);
    return file;
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.elements()];
    Format.of(tensor.type()).dequantize(tensor.data(), 0, values, values.length);
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void weightsAreSpreadAsFreshOnes(FileType type) {
    try (GgufFile file = GgufFile.open(write(RandomModel.of(tiny(2, 500)), type, 1))) {
      assertThat(ModelConfig.of(file)).isEqualTo(tiny(2, 500));
      assertThat(file.metadata().integer("general.file_type")).isEqualTo(type.id());
      for (Tensor tensor : file.tensors().values()) {
        boolean matrix = tensor.shape().length == 2;
        float[] values = values(tensor);
        double sum = 0;
        double squares = 0;
        for (float value : values) {
          sum += value;
          squares += (double) value * value;
        }
        double mean = sum / values.length;
        double deviation = Math.sqrt(squares / values.length - mean * mean);
        assertThat(mean).as(tensor.name()).isCloseTo(matrix ? 0 : 1, within(matrix ? 5e-4 : 0.05));
        assertThat(deviation)
            .as(tensor.name())
            .isCloseTo(matrix ? 0.02 : 0.1, within(matrix ? 6e-4 : 0.02));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    RandomModel model = RandomModel.of(tiny(2, 500));
    byte[] once = Files.readAllBytes(write(model, FileType.Q5_K_M, 5));
    assertThat(Files.readAllBytes(write(model, FileType.Q5_K_M, 5))).isEqualTo(once);
    assertThat(Files.readAllBytes(write(model, FileType.Q5_K_M, 6))).isNotEqualTo(once);
  }

  @ParameterizedTest
  @CsvSource({"362", "400", "2000"})
  void theTokenizerReadsBackWhatItEncodes(int vocab) {
    try (GgufFile file =
        GgufFile.open(write(RandomModel.of(tiny(1, vocab)), FileType.Q8_0, vocab))) {
      Tokenizer tokenizer = Tokenizer.of(file.metadata());
      assertThat(tokenizer.vocab()).isEqualTo(vocab);
      assertThat(tokenizer.eos()).hasValue(361);
      assertThat(tokenizer.text(361)).isEqualTo("[|endofturn|]");
      String text = "나는 학교에 갔다.   The quick brown fox\t\t12 🙂";
      int[] ids = tokenizer.encode(text);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      if (vocab == 2000) {
        assertThat(ids.length).as("merges fire").isLessThan(text.length());
      }
    }
  }

  @Test
  void refusesAVocabularyWithoutRoomForTheBytes() {
    RandomModel model = RandomModel.of(tiny(1, 361));
    assertThatThrownBy(() -> write(model, FileType.F16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("361")
        .hasMessageContaining("362");
  }

  /** As the model cards count: billions, without the embedding and the output matrix. */
  @ParameterizedTest
  @CsvSource({
    "exaone3.0-7.8b, 6.98",
    "exaone3.5-2.4b, 2.14",
    "exaone3.5-7.8b, 6.98",
    "exaone3.5-32b, 30.95"
  })
  void presetsHaveAsManyWeightsAsTheModels(String name, double billions) {
    ModelConfig config = RandomModel.preset(name).config();
    long count =
        TensorSpec.all(config, false, false).stream().mapToLong(t -> t.columns() * t.rows()).sum()
            - 2L * config.vocab() * config.dim();
    assertThat(count / 1e9).isCloseTo(billions, within(0.005));
    assertThat(RandomModel.presets()).contains(name);
  }

  @Test
  void knowsWhichPresetsThereAre() {
    assertThatThrownBy(() -> RandomModel.preset("exaone9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exaone3.0-7.8b, exaone3.5-2.4b");
  }

  @Test
  void aTiedModelHasRopeFactorsAndNoOutputMatrix() {
    ModelConfig config = tiny(2, 500);
    float[] factors = HuggingFaceConfig.llama3Factors(config, 8, 1, 4, 8192);
    RandomModel model = RandomModel.of(new HuggingFaceConfig(config, true, factors));
    try (GgufFile file = GgufFile.open(write(model, FileType.Q4_K_M, 3))) {
      assertThat(file.find("output.weight")).isEmpty();
      assertThat(values(file.tensor("rope_freqs.weight"))).isEqualTo(factors);
      assertThat(file.tensor("token_embd.weight").type()).isEqualTo(GgmlType.Q6_K);
    }
  }

  private static GgmlType typeOf(FileType type, TensorSpec spec, ModelConfig config, boolean tied) {
    return spec.isMatrix()
        ? TypeMix.uniform(type, config, tied).typeOf(spec.name(), spec.columns(), spec.layer())
        : GgmlType.F32;
  }

  @Test
  void mixesTypesAsLlamaCppDoes() {
    for (String name : new String[] {"exaone-a-Q4_K_M", "exaone-a-Q5_K_M", "exaone35-a-Q5_K_M"}) {
      try (GgufFile golden = GgufFile.open(Path.of("..", "golden", name + ".gguf"))) {
        FileType type = FileType.valueOf(name.replaceFirst(".*-", ""));
        ModelConfig config = ModelConfig.of(golden);
        boolean tied = golden.find("output.weight").isEmpty();
        boolean factors = golden.find("rope_freqs.weight").isPresent();
        for (TensorSpec spec : TensorSpec.all(config, tied, factors)) {
          Tensor tensor = golden.tensor(spec.name());
          GgmlType expected = spec.isMatrix() ? tensor.type() : GgmlType.F32;
          assertThat(typeOf(type, spec, config, tied)).as(spec.name()).isEqualTo(expected);
          assertThat(spec.shape()).as(spec.name()).isEqualTo(tensor.shape());
        }
        assertThat(golden.metadata().integer("general.file_type")).isEqualTo(type.id());
      }
    }
  }

  /** Of 32 layers: 0-3, 28-31, and every third from 6 on. */
  @Test
  void givesHalfTheLayersMoreBits() {
    ModelConfig config = tiny(32, 500);
    Stream<Integer> layers =
        TensorSpec.all(config, false, false).stream()
            .filter(t -> t.name().endsWith("ffn_down.weight"))
            .filter(t -> typeOf(FileType.Q4_K_M, t, config, false) == GgmlType.Q6_K)
            .map(TensorSpec::layer);
    assertThat(layers).containsExactly(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);
  }

  @Test
  void replacesATypeWhoseBlocksDoNotFitTheRows() {
    ModelConfig config =
        new ModelConfig(
            ModelConfig.Architecture.EXAONE, 1, 96, 3, 1, 32, 100, 400, 64, 1e4f, 1, 32, 1e-5f);
    try (GgufFile file = GgufFile.open(write(RandomModel.of(config), FileType.Q4_K, 1))) {
      assertThat(file.tensor("blk.0.ffn_up.weight").type()).isEqualTo(GgmlType.Q5_0);
      assertThat(file.tensor("blk.0.ffn_down.weight").type()).isEqualTo(GgmlType.F16);
    }
  }
}

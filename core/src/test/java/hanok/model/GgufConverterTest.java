package hanok.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Tensor;
import hanok.safetensors.DType;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GgufConverterTest {
  @TempDir Path folder;

  private GgufFile convert(TinyModel model, GgmlType type) {
    Path file = folder.resolve("out.gguf");
    try (HuggingFaceFolder source = HuggingFaceFolder.open(model.save(folder.resolve("tiny")))) {
      GgufConverter.convert(source, type, file, Progress.NONE);
    }
    return GgufFile.open(file);
  }

  private AbstractThrowableAssert<?, ?> refused(TinyModel model) {
    return assertThatThrownBy(() -> convert(model, GgmlType.F16).close())
        .isInstanceOf(MalformedModelException.class);
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.elements()];
    var shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    var floats = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case F32 -> tensor.data().get(floats, 4L * i);
            case F16 -> Float.float16ToFloat(tensor.data().get(shorts, 2L * i));
            case BF16 -> Float.intBitsToFloat(tensor.data().get(shorts, 2L * i) << 16);
            default -> throw new AssertionError(tensor.type());
          };
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void keepsEveryValueOfAnExaone(GgmlType type) {
    TinyModel model = TinyModel.exaone();
    try (GgufFile file = convert(model, type)) {
      assertThat(file.tensors().keySet().stream().limit(3))
          .containsExactly("token_embd.weight", "blk.0.attn_norm.weight", "blk.0.attn_q.weight");
      assertThat(file.tensors()).hasSize(2 * 9 + 3);
      for (Tensor tensor : file.tensors().values()) {
        String source = TensorNames.huggingFace(ModelConfig.Architecture.EXAONE, tensor.name());
        assertThat(values(tensor)).as(tensor.name()).isEqualTo(model.values(source));
        assertThat(tensor.type()).isEqualTo(tensor.shape().length == 2 ? type : GgmlType.F32);
      }
      assertThat(file.tensor("blk.1.ffn_down.weight").shape())
          .containsExactly(TinyModel.FFN, TinyModel.DIM);
    }
  }

  @Test
  void writesTheConfigurationThatItRead() {
    TinyModel model = TinyModel.exaone();
    model.config.putObject("rope_scaling").put("type", "linear").put("factor", 2.0);
    model.config.put("rotary_pct", 0.5);
    try (GgufFile file = convert(model, GgmlType.BF16)) {
      assertThat(ModelConfig.of(file))
          .isEqualTo(
              new ModelConfig(
                  ModelConfig.Architecture.EXAONE,
                  2,
                  TinyModel.DIM,
                  TinyModel.HEADS,
                  TinyModel.KV_HEADS,
                  TinyModel.HEAD_DIM,
                  TinyModel.FFN,
                  TinyModel.VOCAB,
                  2048,
                  500_000,
                  2,
                  2,
                  1e-5f));
      assertThat(file.metadata().string("general.name")).isEqualTo("tiny");
      assertThat(file.metadata().integer("general.file_type")).isEqualTo(32);
    }
  }

  @Test
  void writesTheTokenizerAndNamesTheRowsThatNoTokenUses() {
    try (GgufFile file = convert(TinyModel.exaone(), GgmlType.F16)) {
      List<String> tokens = file.metadata().strings("tokenizer.ggml.tokens");
      assertThat(tokens).hasSize(TinyModel.VOCAB).endsWith("[PAD262]", "[PAD263]");
      assertThat(tokens.get(TinyModel.TOKENS - 1)).isEqualTo("[|endofturn|]");
      assertThat(file.metadata().integers("tokenizer.ggml.token_type")).endsWith(3, 5, 5, 5, 5, 5);
      assertThat(file.metadata().string("tokenizer.chat_template")).isEqualTo("{{ messages }}");
      Tokenizer tokenizer = Tokenizer.of(file.metadata());
      assertThat(tokenizer.encode("ab")).containsExactly(256);
      assertThat(tokenizer.bos()).hasValue(257);
      assertThat(tokenizer.eos()).as("from config.json").hasValue(258);
    }
  }

  @Test
  void prefersTheTemplateThatHasItsOwnFile() throws IOException {
    Path model = TinyModel.exaone().save(folder.resolve("tiny"));
    Files.writeString(model.resolve("chat_template.jinja"), "{# own #}");
    try (HuggingFaceFolder source = HuggingFaceFolder.open(model)) {
      assertThat(source.chatTemplate()).hasValue("{# own #}");
    }
  }

  @Test
  void writesHowItsMakerWantsAnswersToBeDrawn() throws IOException {
    Path model = TinyModel.exaone().save(folder.resolve("tiny"));
    Files.writeString(
        model.resolve("generation_config.json"),
        "{\"temperature\": 0.5, \"top_k\": 40, \"repetition_penalty\": 1.25, \"eos_token_id\": 2}");
    Path file = folder.resolve("drawn.gguf");
    try (HuggingFaceFolder source = HuggingFaceFolder.open(model)) {
      GgufConverter.convert(source, GgmlType.F32, file, Progress.NONE);
    }
    try (GgufFile written = GgufFile.open(file)) {
      assertThat(written.metadata().real("general.sampling.temp")).isEqualTo(0.5f);
      assertThat(written.metadata().integer("general.sampling.top_k")).isEqualTo(40);
      assertThat(written.metadata().real("general.sampling.penalty_repeat")).isEqualTo(1.25f);
      assertThat(written.metadata().has("general.sampling.top_p")).isFalse();
    }
  }

  @Test
  void interleavesTheQueryAndKeyRowsOfALlama() {
    TinyModel model = TinyModel.llama();
    try (GgufFile file = convert(model, GgmlType.F32)) {
      assertThat(ModelConfig.of(file).architecture()).isEqualTo(ModelConfig.Architecture.LLAMA);
      for (String name : new String[] {"attn_q", "attn_k"}) {
        Tensor tensor = file.tensor("blk.1." + name + ".weight");
        String projection = name.equals("attn_q") ? "q_proj" : "k_proj";
        float[] original = model.values("model.layers.1.self_attn." + projection + ".weight");
        assertThat(values(tensor)).isNotEqualTo(original);
        assertThat(undoPermutation(values(tensor), (int) tensor.rows())).isEqualTo(original);
      }
      assertThat(values(file.tensor("blk.1.attn_v.weight")))
          .isEqualTo(model.values("model.layers.1.self_attn.v_proj.weight"));
      assertThat(values(file.tensor("blk.0.ffn_gate.weight")))
          .isEqualTo(model.values("model.layers.0.mlp.gate_proj.weight"));
    }
  }

  /**
   * {@code reshape(heads, headDim / 2, 2, dim).swapaxes(1, 2)}, the inverse of llama.cpp's permute.
   */
  private static float[] undoPermutation(float[] values, int rows) {
    float[] undone = new float[values.length];
    int half = TinyModel.HEAD_DIM / 2;
    for (int head = 0; head < rows / TinyModel.HEAD_DIM; head++) {
      for (int j = 0; j < half; j++) {
        for (int s = 0; s < 2; s++) {
          int from = (head * half + j) * 2 + s;
          int to = (head * 2 + s) * half + j;
          System.arraycopy(values, from * TinyModel.DIM, undone, to * TinyModel.DIM, TinyModel.DIM);
        }
      }
    }
    return undone;
  }

  @Test
  void writesNoOutputMatrixForTiedEmbeddings() {
    TinyModel model = TinyModel.exaone();
    model.config.put("tie_word_embeddings", true);
    try (GgufFile withHead = convert(model, GgmlType.F16)) {
      assertThat(withHead.find("output.weight")).isEmpty();
    }
    model.remove("lm_head.weight");
    try (GgufFile file = convert(model, GgmlType.F16)) {
      assertThat(file.find("output.weight")).isEmpty();
    }
  }

  @Test
  void precomputesTheRopeFactorsOfLlama3Scaling() {
    TinyModel model = TinyModel.exaone();
    model
        .config
        .putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", 8.0)
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 8192);
    model.config.put("rope_theta", 1_000_000.0);
    try (GgufFile file = convert(model, GgmlType.F16)) {
      Tensor factors = file.tensor("rope_freqs.weight");
      assertThat(factors.type()).isEqualTo(GgmlType.F32);
      assertThat(values(factors)).containsExactly(new float[] {1, 4.681483f}, within(1e-6f));
    }
  }

  @Test
  void givesEachFrequencyOfExaone35ItsFactor() {
    ModelConfig config =
        new ModelConfig(
            ModelConfig.Architecture.EXAONE,
            30,
            2560,
            32,
            8,
            80,
            7168,
            102_400,
            32_768,
            1e6f,
            1,
            80,
            1e-5f);
    float[] factors = HuggingFaceConfig.llama3Factors(config, 8, 1, 4, 8192);
    // by the formula of llama.cpp's converter, in Python
    assertThat(factors).hasSize(40);
    assertThat(Arrays.copyOf(factors, 17)).containsOnly(1);
    assertThat(Arrays.copyOfRange(factors, 17, 21))
        .containsExactly(new float[] {1.10486f, 1.68896f, 2.69917f, 4.68148f}, within(1e-5f));
    assertThat(Arrays.copyOfRange(factors, 21, 40)).containsOnly(8);
  }

  @Test
  void refusesValuesThatDoNotFitTheType() {
    TinyModel model = TinyModel.exaone();
    String name = "transformer.h.1.mlp.c_fc_1.weight";
    model.values(name)[5] = 70_144;
    refused(model).hasMessageContaining(name + ": value 5, 70144.0, is out of the range of F16");
    model.values(name)[5] = Float.NaN;
    refused(model).hasMessageContaining("value 5 is NaN");
    model.values(name)[5] = Float.NEGATIVE_INFINITY;
    refused(model).hasMessageContaining("value 5 is -Infinity");
    assertThat(folder.resolve("out.gguf")).doesNotExist();
    assertThat(folder.resolve("out.gguf.part")).doesNotExist();
  }

  @Test
  void roundsToTheNearestBfloat16() {
    TinyModel model = TinyModel.exaone();
    String name = "transformer.h.0.mlp.c_fc_0.weight";
    model.setType(name, DType.F32);
    float[] tensor = model.values(name);
    tensor[0] = 1 + 0x1p-8f; // a tie, to even: down
    tensor[1] = 1 + 3 * 0x1p-8f; // a tie, to even: up
    tensor[2] = 1 + 0x1p-8f + 0x1p-20f;
    tensor[3] = -1 - 0x1p-9f;
    try (GgufFile file = convert(model, GgmlType.BF16)) {
      assertThat(values(file.tensor("blk.0.ffn_gate.weight")))
          .startsWith(1, 1 + 0x1p-6f, 1 + 0x1p-7f, -1);
    }
    tensor[4] = Float.MAX_VALUE;
    assertThatThrownBy(() -> convert(model, GgmlType.BF16).close())
        .hasMessageContaining("out of the range of BF16");
  }

  @Test
  void reportsBytesUpToTheTotal() {
    List<Long> reports = new ArrayList<>();
    Path file = folder.resolve("out.gguf");
    try (HuggingFaceFolder source =
        HuggingFaceFolder.open(TinyModel.llama().save(folder.resolve("tiny")))) {
      GgufConverter.convert(
          source,
          GgmlType.F16,
          file,
          (done, total) -> {
            reports.add(done);
            reports.add(total);
          });
    }
    assertThat(reports.getLast()).isEqualTo(reports.get(reports.size() - 2));
    assertThat(reports.getFirst()).isLessThan(reports.getLast());
  }

  @Test
  void saysWhichTensorsDoNotFitTheConfiguration() {
    refusedAfter(m -> m.remove("lm_head.weight"), "tensor lm_head.weight is missing");
    refusedAfter(m -> m.add("transformer.h.0.mlp.c_fc_0.bias", 20), "c_fc_0.bias (and 0 more)");
    refusedAfter(
        m -> m.config.put("vocab_size", 300),
        "tensor transformer.wte.weight is 264 x 12, config.json makes it 300 x 12");
    refusedAfter(
        m -> m.add("transformer.ln_f.weight", 13),
        "tensor transformer.ln_f.weight is 13, config.json makes it 12");
    refusedAfter(
        m -> m.setType("transformer.ln_f.weight", DType.I64), "weights are F32, F16 or BF16");
  }

  @Test
  void refusesModelsThatHanokDoesNotRun() {
    refusedAfter(m -> m.config.put("model_type", "qwen2"), "model_type \"qwen2\"");
    refusedAfter(m -> m.config.put("activation_function", "gelu"), "activation gelu");
    refusedAfter(m -> m.config.put("attention_bias", true), "attention_bias");
    refusedAfter(
        m -> m.config.putObject("rope_scaling").put("rope_type", "dynamic").put("factor", 2),
        "RoPE scaling dynamic");
    refusedAfter(
        m -> m.config.putObject("rope_scaling").put("rope_type", "llama3").put("factor", -1),
        "RoPE scaling by -1.0");
    refusedAfter(m -> m.config.put("hidden_size", 13), "13 is not a multiple of 3 heads");
    refusedAfter(m -> m.config.put("hidden_size", "12"), "hidden_size: an integer expected");
    refusedAfter(m -> m.config.remove("num_layers"), "num_hidden_layers: missing");
    refusedAfter(m -> m.config.putNull("vocab_size"), "vocab_size: missing");
    refusedAfter(m -> m.config.putObject("quantization_config"), "quantised");
  }

  @Test
  void refusesAVocabularyLargerThanTheEmbedding() {
    TinyModel model = TinyModel.exaone();
    model.config.put("vocab_size", 200);
    model.add("transformer.wte.weight", 200, TinyModel.DIM);
    model.add("lm_head.weight", 200, TinyModel.DIM);
    refused(model).hasMessageContaining("the tokenizer has 259 tokens, the embedding 200 rows");
  }

  @Test
  void ignoresWhatFollowsFromTheConfiguration() {
    TinyModel model = TinyModel.llama();
    model.add("model.layers.0.self_attn.rotary_emb.inv_freq", 2);
    try (GgufFile file = convert(model, GgmlType.F16)) {
      assertThat(file.tensors()).hasSize(2 * 9 + 3);
    }
  }

  private void refusedAfter(Consumer<TinyModel> damage, String reason) {
    TinyModel model = TinyModel.exaone();
    damage.accept(model);
    refused(model).hasMessageContaining(reason);
  }
}

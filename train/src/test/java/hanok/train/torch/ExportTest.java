package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.KvType;
import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.engine.Session;
import hanok.gguf.GgmlType;
import hanok.model.GgufConverter;
import hanok.model.HuggingFaceFolder;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import hanok.safetensors.SafeTensors;
import hanok.train.Batch;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is saved must be the same model in the engine. */
@NeedsLibTorch
class ExportTest {
  private static final double NMSE_MAX = 1e-6;

  @TempDir Path folder;

  private static ModelConfig config(ModelConfig.Architecture architecture) {
    return new ModelConfig(architecture, 3, 64, 4, 2, 16, 96, 288, 64, 10_000, 1, 16, 1e-5f);
  }

  @ParameterizedTest
  @EnumSource
  void theEngineComputesTheSameLogits(ModelConfig.Architecture architecture) throws IOException {
    TorchOptions options = Tiny.options();
    try (TorchLearner learner = TorchLearner.random(config(architecture), 5, options)) {
      train(learner);
      learner.saveWeights(folder);
      compare(learner);
    }
  }

  @Test
  void alsoWhereRopeIsStretchedAsInExaone35() throws IOException {
    try (TorchLearner learner =
        TorchLearner.random(config(ModelConfig.Architecture.EXAONE), 5, Tiny.options())) {
      learner.saveWeights(folder);
    }
    Path file = folder.resolve("config.json");
    String scaling =
        "{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1.0,"
            + " \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 16},";
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", scaling));
    try (TorchLearner learner = TorchLearner.load(folder, Tiny.options())) {
      train(learner);
      learner.saveWeights(folder);
      compare(learner);
    }
  }

  @Test
  void adaptersAreMergedIntoWhatIsSaved() throws IOException {
    Path base = folder.resolve("base");
    try (TorchLearner learner =
        TorchLearner.random(config(ModelConfig.Architecture.EXAONE), 5, Tiny.options())) {
      learner.saveWeights(base);
    }
    TorchOptions adapted = Tiny.options().withLora(LoraOptions.all(4, 8));
    try (TorchLearner learner = TorchLearner.load(base, adapted)) {
      train(learner);
      learner.saveWeights(folder);
      compare(learner);
      assertThat(folder.resolve("model.safetensors"))
          .satisfies(file -> assertThat(weight(folder)).isNotEqualTo(weight(base)));
    }
  }

  private static float[] weight(Path folder) {
    try (SafeTensors file = SafeTensors.open(folder)) {
      return file.tensor("transformer.h.0.mlp.c_proj.weight")
          .data()
          .toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** Far enough from the beginning that a mistake would show. */
  private static void train(TorchLearner learner) {
    for (int step = 0; step < 20; step++) {
      Batch batch = Tiny.batch(learner.config(), 2, 32, step % 2);
      learner.accumulate(batch, 1 / batch.weight());
      learner.step(1e-2, 1);
    }
  }

  private void compare(TorchLearner learner) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    Path gguf = folder.resolve("model.gguf");
    try (HuggingFaceFolder source = HuggingFaceFolder.open(folder)) {
      GgufConverter.convert(source, GgmlType.F32, gguf, Progress.NONE);
    }
    Batch batch = Tiny.batch(learner.config(), 1, 48, 9);
    float[] expected = learner.logits(batch);
    int vocab = learner.config().vocab();
    try (Model model = Model.load(gguf, LoadOptions.DEFAULT.withThreads(1));
        Session session = model.newSession(64, KvType.F32)) {
      for (int i = 0; i < batch.length(); i++) {
        session.forward(batch.inputs()[i]);
        float[] row = Arrays.copyOfRange(expected, i * vocab, (i + 1) * vocab);
        assertThat(nmse(session.logits(), row)).as("token %d", i).isLessThan(NMSE_MAX);
      }
    }
  }

  private static double nmse(float[] actual, float[] expected) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return error / size;
  }

  /** Bytes, and no merges. */
  private static String tokenizer() {
    StringBuilder vocab = new StringBuilder();
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      String character = Character.toString(printable ? b : next++);
      String escaped = character.replace("\\", "\\\\").replace("\"", "\\\"");
      vocab.append(b == 0 ? "" : ",").append("\"%s\":%d".formatted(escaped, b));
    }
    return """
    {"model": {"type": "BPE", "vocab": {%s}, "merges": []},
     "added_tokens": [{"id": 256, "content": "[|endofturn|]", "special": true}],
     "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
       {"type": "Digits", "individual_digits": true},
       {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]}}
    """
        .formatted(vocab);
  }
}

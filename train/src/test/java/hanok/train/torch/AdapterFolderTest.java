package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import hanok.model.ModelConfig;
import hanok.safetensors.SafeTensors;
import hanok.train.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsLibTorch
class AdapterFolderTest {
  private static final LoraOptions LORA =
      new LoraOptions(3, 6, Set.of("attn_q", "attn_output", "ffn_down"));

  @TempDir Path folder;

  @BeforeEach
  void writeBase() {
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      learner.saveWeights(folder.resolve("base"));
    }
  }

  private TorchLearner load(LoraOptions lora) {
    return TorchLearner.load(folder.resolve("base"), Tiny.options().withLora(lora));
  }

  @Test
  void whatIsWrittenGivesTheSameModelWhenItIsRead() {
    Batch batch = Tiny.batch(2, 16, 3);
    float[] expected;
    try (TorchLearner learner = load(LORA)) {
      float[] untrained = learner.nats(batch);
      for (int step = 0; step < 5; step++) {
        learner.accumulate(batch, 1 / batch.weight());
        learner.step(1e-2, 1);
      }
      expected = learner.nats(batch);
      assertThat(expected).isNotEqualTo(untrained);
      learner.saveAdapters(folder.resolve("adapters"));
    }
    LoraOptions found =
        TorchLearner.loraOptions(folder.resolve("adapters"), ModelConfig.Architecture.EXAONE);
    assertThat(found).isEqualTo(LORA);
    try (TorchLearner learner = load(found)) {
      learner.loadAdapters(folder.resolve("adapters"));
      assertThat(learner.nats(batch)).isEqualTo(expected);
    }
  }

  @Test
  void namesAreThoseOfPeft() throws IOException {
    try (TorchLearner learner = load(LORA)) {
      learner.saveAdapters(folder);
    }
    try (SafeTensors file = SafeTensors.open(folder.resolve("adapter_model.safetensors"))) {
      assertThat(file.tensors().keySet())
          .contains(
              "base_model.model.transformer.h.0.attn.attention.q_proj.lora_A.weight",
              "base_model.model.transformer.h.2.mlp.c_proj.lora_B.weight")
          .hasSize(2 * 3 * 3);
    }
    assertThat(Files.readString(folder.resolve("adapter_config.json")))
        .contains("\"peft_type\" : \"LORA\"", "\"q_proj\"", "\"out_proj\"", "\"c_proj\"");
  }

  @Test
  void refusesAdaptersOfOtherMatricesOrRanks() {
    try (TorchLearner learner = load(LORA)) {
      learner.saveAdapters(folder);
    }
    try (TorchLearner fewer = load(new LoraOptions(3, 6, Set.of("attn_q")))) {
      assertThatThrownBy(() -> fewer.loadAdapters(folder))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("has no place");
    }
    try (TorchLearner larger = load(new LoraOptions(4, 6, LORA.targets()))) {
      assertThatThrownBy(() -> larger.loadAdapters(folder))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("q_proj.lora_A.weight is 3 x 32, the model makes it [4, 32]");
    }
  }

  @Test
  void refusesAConfigurationWithUnknownTargets() throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"r\": 2, \"lora_alpha\": 4, \"target_modules\": [\"wte\"]}");
    assertThatThrownBy(() -> TorchLearner.loraOptions(folder, ModelConfig.Architecture.EXAONE))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("target module \"wte\"");
  }

  @Test
  void aLearnerWithoutAdaptersHasNoneToSave() {
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      assertThatThrownBy(() -> learner.saveAdapters(folder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without adapters");
    }
  }
}

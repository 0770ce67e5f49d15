package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import hanok.safetensors.SafeTensors;
import hanok.train.Learned;
import hanok.train.Learner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsLibTorch
class ResumeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void goesOnBitForBitAsIfItHadNeverStopped(Precision precision) throws IOException {
    TorchOptions options = Tiny.options().withPrecision(precision).withThreads(2);
    Path half = Files.createDirectory(folder.resolve("half"));
    try (TorchLearner straight = TorchLearner.random(Tiny.MODEL, 1, options)) {
      train(straight, 0, 5);
      straight.saveWeights(half);
      straight.saveState(half);
      train(straight, 5, 10);
      save(straight, folder.resolve("straight"));
    }
    try (TorchLearner resumed = TorchLearner.random(Tiny.MODEL, 2, options)) {
      train(resumed, 90, 91); // moments, gradients and weights of its own, to be forgotten
      resumed.accumulate(Tiny.batch(2, 8, 1), 1);
      resumed.restore(half);
      train(resumed, 5, 10);
      save(resumed, folder.resolve("resumed"));
    }
    for (String file : new String[] {"model.safetensors", LearnerState.FILE}) {
      assertThat(folder.resolve("resumed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("straight").resolve(file));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSnapshotStaysWhatItIsWhileItsLearnerGoesOn(boolean adapted) throws IOException {
    try (TorchLearner base = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      save(base, folder.resolve("base"));
    }
    TorchOptions plain = Tiny.options();
    TorchOptions options = adapted ? plain.withLora(LoraOptions.all(4, 8)) : plain;
    try (TorchLearner learner = TorchLearner.load(folder.resolve("base"), options)) {
      train(learner, 0, 3);
      save(learner, folder.resolve("then"));
      try (Learner.Snapshot snapshot = learner.snapshot()) {
        train(learner, 3, 6);
        save(snapshot, folder.resolve("snapshot"));
      }
      save(learner, folder.resolve("now"));
    }
    for (String file : new String[] {"config.json", "model.safetensors", LearnerState.FILE}) {
      assertThat(folder.resolve("snapshot").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("then").resolve(file));
    }
    assertThat(
            Files.mismatch(
                folder.resolve("now/model.safetensors"), folder.resolve("then/model.safetensors")))
        .isNotNegative();
  }

  @Test
  void resumesAdaptersFromTheStateAlone() throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      learner.saveWeights(base);
    }
    TorchOptions options = Tiny.options().withLora(LoraOptions.all(4, 8));
    Path half = Files.createDirectory(folder.resolve("half"));
    try (TorchLearner straight = TorchLearner.load(base, options)) {
      train(straight, 0, 3);
      straight.saveState(half);
      train(straight, 3, 6);
      save(straight, folder.resolve("straight"));
    }
    try (TorchLearner resumed = TorchLearner.load(base, options)) {
      resumed.restore(half);
      train(resumed, 3, 6);
      save(resumed, folder.resolve("resumed"));
    }
    for (String file : new String[] {"model.safetensors", LearnerState.FILE}) {
      assertThat(folder.resolve("resumed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("straight").resolve(file));
    }
  }

  @Test
  void refusesTheStateOfAnotherModel() throws IOException {
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      save(learner, folder);
    }
    TorchOptions adapted = Tiny.options().withLora(LoraOptions.all(4, 8));
    try (TorchLearner other = TorchLearner.load(folder, adapted)) {
      assertThatThrownBy(() -> other.restore(folder))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("exp_avg.blk.0.attn_q.lora_A.weight is missing");
    }
  }

  @Test
  void namesTensorsAsTransformersDoes() throws IOException {
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      save(learner, folder);
    }
    try (SafeTensors file = SafeTensors.open(folder)) {
      assertThat(file.tensors().keySet())
          .contains(
              "transformer.wte.weight",
              "transformer.h.2.ln_1.weight",
              "transformer.h.0.attn.attention.q_proj.weight",
              "transformer.h.0.attn.attention.out_proj.weight",
              "transformer.h.1.mlp.c_fc_0.weight",
              "transformer.h.1.mlp.c_proj.weight",
              "transformer.ln_f.weight",
              "lm_head.weight")
          .hasSize(3 + 3 * 9);
    }
  }

  private static void train(TorchLearner learner, int from, int to) {
    for (int step = from; step < to; step++) {
      learner.accumulate(Tiny.batch(2, 12, step), 1.0 / 48);
      learner.accumulate(Tiny.batch(2, 12, 1000 + step), 1.0 / 48);
      learner.step(1e-3 * (1 + step % 3), Math.min(1, 0.5 / learner.gradientNorm()));
    }
  }

  private static void save(Learned learner, Path to) throws IOException {
    Files.createDirectories(to);
    learner.saveWeights(to);
    learner.saveState(to);
  }
}

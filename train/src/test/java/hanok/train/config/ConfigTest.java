package hanok.train.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import hanok.console.ConfigFile;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Messages;
import hanok.model.ModelConfig;
import hanok.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  private static final String PRETRAIN =
      """
      out: runs/a
      tokenizer: tokenizer.json
      steps: 1000
      data:
        train:
          - path: shards/general
      """;
  private static final String SFT =
      """
      out: runs/b
      base: runs/a/hf
      data:
        train:
          - path: chat.jsonl.gz
      """;

  @TempDir Path folder;

  private <T> T read(String yaml, Class<T> type) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("run.yaml"), yaml), type);
  }

  private String refusal(String yaml, Class<?> type) {
    Failure failure = catchThrowableOfType(Failure.class, () -> read(yaml, type));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    Messages english = Messages.of(Failure.class, List.of(), Map.of());
    return failure.sentence(english).replace(folder + "/", "");
  }

  @Test
  void whatPretrainingIsNotToldHasDefaults() throws IOException {
    PretrainConfig config = read(PRETRAIN, PretrainConfig.class);
    assertThat(config.allSteps()).isEqualTo(1000);
    assertThat(config.seed()).isEqualTo(42);
    assertThat(config.batch()).isEqualTo(new BatchSettings(32_768L, 8, 1024));
    assertThat(config.batch().rows()).isEqualTo(32);
    assertThat(config.optimizer()).isEqualTo(OptimizerSettings.PRETRAIN);
    assertThat(config.data().train().getFirst().name()).isEqualTo("general");
    assertThat(config.data().train().getFirst().expertWeight()).isEqualTo(1);
    assertThat(config.data().expertStep(1000)).isEqualTo(1000);
    assertThat(config.schedule().of(1, 1000))
        .isEqualTo(new Schedule.Wsd(1, 100, 1000, 0.2, Schedule.Decay.ONE_MINUS_SQRT, 0.05));
    assertThat(config.schedule().of(1, 30))
        .isEqualTo(new Schedule.Wsd(1, 3, 30, 0.2, Schedule.Decay.ONE_MINUS_SQRT, 0.05));
    assertThat(config.model().with(8192))
        .isEqualTo(
            new ModelConfig(
                ModelConfig.Architecture.EXAONE,
                8,
                256,
                4,
                1,
                64,
                896,
                8192,
                1024,
                10_000,
                1,
                64,
                1e-5f));
  }

  @Test
  void everythingCanBeSaid() throws IOException {
    PretrainConfig config =
        read(
            """
            out: runs/a
            tokenizer: tokenizer.json
            tokens: 1000000
            seed: 7
            model: {preset: nano, layers: 4, dim: 128, heads: 2, kv_heads: 1, head_dim: 64,
                    ffn_dim: 512, context: 512, rope_theta: 500000}
            data:
              train:
                - {name: web, path: shards/web, weight: 0.9, expert_weight: 0.2}
                - {name: expert, path: shards/expert, weight: 0.1, expert_weight: 0.8}
              valid: [shards/valid]
              expert_from: 0.8
              across_documents: true
            batch: {tokens: 4096, micro_rows: 4, length: 512}
            optimizer: {learning_rate: 1e-3, beta1: 0.8, beta2: 0.99, eps: 1e-7,
                        weight_decay: 0.2, clip: 0.5}
            schedule: {kind: cosine, warmup: 0, decay_share: 0.5, decay: linear, min_factor: 0.1}
            compute: {device: "cuda:1", precision: bf16, threads: 2, recompute: false,
                      peak_tflops: 989}
            checkpoint: {every: 10, keep: 1}
            eval: {every: 20, rows: 5, prompts: ["안녕", "Hello"], sample_tokens: 10}
            guard: {spike: 0, warmup: 5, skips: 2}
            stop: {patience: 3, improvement: 0.01, hours: 1.5}
            """,
            PretrainConfig.class);
    assertThat(config.allSteps()).isEqualTo(245); // 244.14 of 4096 tokens
    assertThat(config.data().expertStep(245)).isEqualTo(196);
    assertThat(config.schedule().of(1e-3, 245))
        .isEqualTo(new Schedule.Decaying(1e-3, 0, 245, Schedule.Decay.COSINE, 0.1));
    assertThat(config.compute())
        .isEqualTo(new ComputeSettings("cuda:1", ComputeSettings.Precision.BF16, 2, false, 989.0));
    assertThat(config.optimizer())
        .isEqualTo(new OptimizerSettings(1e-3, 0.8, 0.99, 1e-7, 0.2, 0.5));
    assertThat(config.eval().prompts()).containsExactly("안녕", "Hello");
    assertThat(config.stop()).isEqualTo(new StopSettings(3, 0.01, 1.5));
    assertThat(config.model().with(100).headDim()).isEqualTo(64);
    assertThat(config.model().with(100).ropeTheta()).isEqualTo(500_000);
  }

  @Test
  void whatFineTuningIsNotToldHasDefaultsOfItsOwn() throws IOException {
    SftConfig config = read(SFT + "optimizer: {clip: 2}\nlora: {rank: 8}\n", SftConfig.class);
    assertThat(config.tokenizer()).isEqualTo(config.base());
    assertThat(config.optimizer().learningRate()).isEqualTo(2e-5);
    assertThat(config.optimizer().weightDecay()).isZero();
    assertThat(config.optimizer().clip()).isEqualTo(2);
    assertThat(config.allSteps(100)).isEqualTo(10); // 3 epochs of 100 rows, 32 rows a step
    assertThat(config.data().tooLong()).isEqualTo(ChatData.TooLong.CUT);
    assertThat(requireNonNull(config.lora()).alpha()).isEqualTo(16);
    assertThat(requireNonNull(config.lora()).targets()).hasSize(7);
    config = read(SFT + "epochs: 0.5\n", SftConfig.class);
    assertThat(config.allSteps(100)).isEqualTo(2);
    assertThat(config.lora()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch: {tokens: 1000}|line 7: batch: batch.tokens is 1000, and must be a multiple of"
            + " batch.length, 1024",
        "batch: {micro_rows: 33}|batch.micro_rows is 33, and must be in [1, 32], the rows of a step",
        "batch: {lenght: 3}|line 7: there is no setting \"lenght\"; did you mean \"length\"?",
        "model: {preset: 12m}|there is no preset \"12m\"; known are nano, 10m, 124m,"
            + " exaone3.0-7.8b; did you mean \"10m\"?",
        "tokens: 5|say either steps or tokens",
        "base: a/b\\nlora: {targets: [attn_x]}|lora.targets is [attn_x], and must be of [attn_q",
        "base: a/b\\nmodel: {}|base and model exclude each other",
        "lora: {}|lora needs a base",
        "optimizer: {learning_rate: 0}|optimizer.learning_rate is 0.0, and must be above 0",
        "optimizer: {beta2: 1}|optimizer.beta2 is 1.0, and must be at least 0 and below 1",
        "schedule: {kind: step}|schedule.kind",
        "schedule: {warmup: -5}|schedule.warmup is -5, and must be at least 0",
        "compute: {device: gpu}|compute.device is \"gpu\", and must be auto, cpu, cuda or cuda:N",
        "guard: {spike: 0.5}|guard.spike is 0.5, and must be 0 or at least 1",
        "checkpoint: {keep: 0}|checkpoint.keep is 0, and must be at least 1",
      })
  void whatMakesNoRunIsRefusedByName(String added, String reason) {
    String yaml = PRETRAIN + added.replace("\\n", "\n") + "\n";
    assertThat(refusal(yaml, PretrainConfig.class)).contains(reason);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(refusal("out: a\n", PretrainConfig.class)).contains("data is missing");
    assertThat(refusal(PRETRAIN.replace("steps: 1000", ""), PretrainConfig.class))
        .contains("say either steps or tokens");
    assertThat(refusal(PRETRAIN.replace("tokenizer: tokenizer.json", ""), PretrainConfig.class))
        .contains("tokenizer is missing");
    assertThat(refusal(SFT.replace("base: runs/a/hf", ""), SftConfig.class))
        .contains("base is missing");
    assertThat(refusal(SFT + "    - {weight: 2}\n", SftConfig.class))
        .contains("data.train.path is missing");
    assertThat(refusal(PRETRAIN + "    - {path: b, weight: -1}\n", PretrainConfig.class))
        .contains("weight of b is -1.0, and must be at least 0");
    assertThat(refusal(PRETRAIN + "    - {path: other/general}\n", PretrainConfig.class))
        .contains("data.train has two sources named general");
    assertThat(
            refusal(PRETRAIN.replace("general", "general\n      weight: 0"), PretrainConfig.class))
        .contains("every weight of data.train is 0");
  }
}

package hanok.train.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.gguf.GgmlType;
import hanok.model.GgufConverter;
import hanok.model.HuggingFaceFolder;
import hanok.model.Progress;
import hanok.train.torch.NeedsLibTorch;
import hanok.train.watch.History;
import hanok.train.watch.Metrics;
import hanok.train.watch.MetricsLog;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From text to a model that the engine runs, by the commands that people use. */
@NeedsLibTorch
class TrainingTest {
  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void prepare() throws IOException {
    workshop = new Workshop(folder);
  }

  @Test
  void aModelLearnsToContinueTextAndThenToAnswer() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code = workshop.run(said, "train", "pretrain", pretrain("whole", 60, 50));
    assertThat(code).as(said.toString(UTF_8)).isZero();
    History history = MetricsLog.read(folder.resolve("whole/metrics.jsonl"));
    List<Double> bits = values(history, Metrics.BITS_PER_BYTE + "ko");
    assertThat(bits.getLast()).isLessThan(0.6 * bits.getFirst());
    assertThat(history.samples()).isNotEmpty();
    assertThat(folder.resolve("whole/report.html")).content().contains("<svg");

    Files.writeString(folder.resolve("chats.jsonl"), chats());
    said.reset();
    code = workshop.run(said, "train", "sft", sft().toString());
    assertThat(code).as(said.toString(UTF_8)).isZero();
    List<Double> losses =
        values(MetricsLog.read(folder.resolve("tuned/metrics.jsonl")), Metrics.LOSS);
    assertThat(losses.getLast()).isLessThan(0.5 * losses.getFirst());

    Path gguf = folder.resolve("tuned.gguf");
    try (HuggingFaceFolder model = HuggingFaceFolder.open(folder.resolve("tuned/model"))) {
      GgufConverter.convert(model, GgmlType.F32, gguf, Progress.NONE);
    }
    try (Model model = Model.load(gguf, LoadOptions.DEFAULT.withThreads(1))) {
      assertThat(model.chatTemplate().orElseThrow().name()).isEqualTo("exaone");
      assertThat(model.config().layers()).isEqualTo(2);
    }
  }

  @Test
  void aRunThatWasKilledGoesOnAsIfItHadNot() throws Exception {
    assertThat(workshop.run("train", "pretrain", pretrain("straight", 40, 7))).isZero();
    Path killed = Path.of(pretrain("killed", 40, 7));
    Process run = start(killed);
    awaitCheckpoint(folder.resolve("killed/checkpoints"), run);
    run.destroyForcibly().waitFor();
    assertThat(folder.resolve("killed/model")).doesNotExist();
    assertThat(workshop.run("train", "pretrain", killed.toString())).isZero();
    assertThat(folder.resolve("killed/model/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("straight/model/model.safetensors"));
    assertThat(losses("killed")).isEqualTo(losses("straight"));
    try (Stream<Path> kept = Files.list(folder.resolve("killed/checkpoints"))) {
      assertThat(kept.map(path -> path.getFileName().toString()))
          .allMatch(name -> name.matches("step-\\d+"));
    }
  }

  @Test
  void dataThatIsNotWhatItWasIsRefusedWhenARunGoesOn() throws IOException {
    assertThat(workshop.run("train", "pretrain", pretrain("moved", 8, 4))).isZero();
    Path settings = Path.of(pretrain("moved", 16, 4));
    Files.writeString(settings, Files.readString(settings) + "seed: 7\n");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    assertThat(workshop.run(said, "train", "pretrain", settings.toString())).isEqualTo(2);
    assertThat(said.toString(UTF_8)).contains("the data is not what it was");
  }

  @Test
  void aDryRunSaysWhatItWouldTakeAndTouchesNothing() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] line = {"train", "pretrain", pretrain("dry", 10, 5), "--dry-run", "--json"};
    assertThat(workshop.run(said, line)).isZero();
    assertThat(said.toString(UTF_8)).contains("\"steps\":10", "\"tokens\":1280", "\"parameters\":");
    assertThat(folder.resolve("dry")).doesNotExist();
  }

  @Test
  void aSettingThatIsWrittenWrongIsNamedWithItsLine() throws IOException {
    Path settings = Path.of(pretrain("wrong", 10, 5));
    Files.writeString(settings, Files.readString(settings).replace("micro_rows", "micro_row"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    assertThat(workshop.run(said, "train", "pretrain", settings.toString())).isEqualTo(2);
    assertThat(said.toString(UTF_8)).contains("line 7", "did you mean \"micro_rows\"?");
  }

  @Test
  void everyOptionIsExplainedInBothLanguages() {
    for (String lang : List.of("en", "ko")) {
      CommandLine root = workshop.program("--lang", lang).commandLine();
      CommandLine train = requireNonNull(root.getSubcommands().get("train"));
      assertThat(train.getSubcommands()).containsKeys("tokenize", "pretrain", "sft");
      for (CommandLine command : train.getSubcommands().values()) {
        assertThat(command.getCommandSpec().usageMessage().header()).isNotEmpty();
        assertThat(command.getCommandSpec().args())
            .allSatisfy(argument -> assertThat(argument.description()).isNotEmpty());
      }
    }
  }

  private String pretrain(String name, int steps, int every) throws IOException {
    return workshop.pretrain(name, steps, every).toString();
  }

  private Path sft() throws IOException {
    return Files.writeString(
        folder.resolve("sft.yaml"),
        """
        out: %1$s/tuned
        base: %1$s/whole/model
        data: {train: [{path: %1$s/chats.jsonl}], held_out: 0}
        batch: {tokens: 256, micro_rows: 2, length: 64}
        steps: 40
        optimizer: {learning_rate: 0.01}
        compute: {device: cpu, precision: fp32, threads: 1}
        eval: {every: 20, prompts: ["the cat"], sample_tokens: 4}
        """
            .formatted(folder));
  }

  private static String chats() {
    StringBuilder chats = new StringBuilder();
    for (String word : List.of("고양이가", "강아지가", "아이가", "나무를", "집을", "책을")) {
      chats.append(
          """
          {"messages": [{"role": "user", "content": "%1$s"}, {"role": "assistant", "content": "작은 %1$s 좋아합니다."}]}
          """
              .formatted(word));
    }
    return chats.toString();
  }

  private static List<Double> values(History history, String name) {
    return history.metrics().stream()
        .map(metrics -> metrics.value(name))
        .filter(Double::isFinite)
        .toList();
  }

  private List<Double> losses(String run) {
    return values(MetricsLog.read(folder.resolve(run + "/metrics.jsonl")), Metrics.LOSS);
  }

  /** The same command in a process of its own, which can be killed. */
  private Process start(Path settings) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path").replace("\n", File.pathSeparator),
            Train.class.getName(),
            "train",
            "pretrain",
            settings.toString());
    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("killed.log").toFile());
    return builder.start();
  }

  private void awaitCheckpoint(Path checkpoints, Process run) throws Exception {
    for (int i = 0; i < 1200; i++) {
      if (Files.isDirectory(checkpoints.resolve("step-00000007"))) {
        return;
      }
      assertThat(run.isAlive()).as(() -> read(folder.resolve("killed.log"))).isTrue();
      run.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError(read(folder.resolve("killed.log")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}

package hanok.train.command;

import hanok.console.ExitCode;
import hanok.console.Interruption;
import hanok.console.Json;
import hanok.console.Program;
import hanok.gguf.AtomicFile;
import hanok.train.Learner;
import hanok.train.config.RunConfig;
import hanok.train.data.BatchStream;
import hanok.train.run.Checkpoints;
import hanok.train.run.Samples;
import hanok.train.run.Trainer;
import hanok.train.run.Validation;
import hanok.train.run.Watch;
import hanok.train.watch.HtmlReport;
import hanok.train.watch.MetricsLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * A run in its folder: goes on where it was, and leaves a model that transformers and {@code hanok
 * convert} read, and a report.
 *
 * @param tokenizer the file or folder that goes with the model
 * @param stageStep the step that a second stage begins with
 */
record Run(
    Program program,
    RunConfig config,
    Path tokenizer,
    long steps,
    long stageStep,
    BatchStream data,
    Validation validation,
    Samples samples) {
  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer.json", "tokenizer_config.json");

  /**
   * Runs to an end.
   *
   * @param file the settings, of which the folder gets a copy
   */
  int with(Learner learner, Path file) {
    try (FileLock _ = lock();
        Interruption interruption = new Interruption()) {
      AtomicFile.write(config.out().resolve("config.yaml"), Files.readAllBytes(file));
      Trainer trainer =
          new Trainer(
              new Trainer.Work(config, steps, stageStep, learner, data, validation, samples));
      long resumed = trainer.resume();
      if (resumed > 0) {
        program.remark("train.resumed", resumed, steps);
      }
      program.remark("train.begins", learner.trainedParameters(), steps, config.out());
      Trainer.Outcome outcome = run(trainer, resumed, interruption);
      return end(outcome, learner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Trainer.Outcome run(Trainer trainer, long resumed, Interruption interruption) {
    try (Watch watch =
        new Watch(
            config.out(),
            resumed,
            line -> {
              if (!program.quiet()) {
                program.io().err().println(line);
              }
            })) {
      return trainer.run(watch, interruption::requested);
    }
  }

  /** No two runs in one folder. */
  private FileLock lock() throws IOException {
    Files.createDirectories(config.out());
    FileChannel channel =
        FileChannel.open(
            config.out().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IllegalArgumentException(
          "%s: another run is at work in this folder".formatted(config.out()));
    }
    return lock;
  }

  private int end(Trainer.Outcome outcome, Learner learner) throws IOException {
    report(learner);
    if (outcome == Trainer.Outcome.INTERRUPTED) {
      program.remark("train.interrupted", config.out());
      return ExitCode.INTERRUPTED;
    }
    if (outcome == Trainer.Outcome.DIVERGED) {
      program.remark("train.diverged", config.guard().skips());
      return ExitCode.FAILURE;
    }
    if (outcome == Trainer.Outcome.NO_IMPROVEMENT) {
      learner.restore(best());
    }
    Path model = config.out().resolve("model");
    learner.saveWeights(model);
    copyTokenizer(model);
    if (program.json()) {
      String json =
          Json.object()
              .put("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .put("model", model.toString())
              .toString();
      program.io().out().println(json);
    } else {
      program.remark("train.done." + outcome.name(), model);
    }
    return ExitCode.OK;
  }

  private Path best() {
    Checkpoints checkpoints =
        new Checkpoints(config.out().resolve("checkpoints"), config.checkpoint().keep());
    Path latest = checkpoints.latest().orElseThrow();
    return checkpoints.of(Checkpoints.state(latest).stop().bestStep());
  }

  private void copyTokenizer(Path model) throws IOException {
    Path folder = Files.isDirectory(tokenizer) ? tokenizer : tokenizer.toAbsolutePath().getParent();
    for (String name : TOKENIZER_FILES) {
      Path source = folder == null ? Path.of(name) : folder.resolve(name);
      if (Files.exists(source)) {
        AtomicFile.write(model.resolve(name), Files.readAllBytes(source));
      }
    }
  }

  private void report(Learner learner) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("parameters", Long.toString(learner.trainedParameters()));
    facts.put("steps", Long.toString(steps));
    facts.put("tokens a step", config.batch().tokens().toString());
    facts.put("seed", config.seed().toString());
    HtmlReport.write(
        config.out().resolve("report.html"),
        String.valueOf(config.out().getFileName()),
        facts,
        MetricsLog.read(config.out().resolve("metrics.jsonl")));
  }
}

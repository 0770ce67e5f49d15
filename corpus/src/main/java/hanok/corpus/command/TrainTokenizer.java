package hanok.corpus.command;

import hanok.console.ConfigFile;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Interruption;
import hanok.console.Program;
import hanok.console.ProgressBar;
import hanok.corpus.Documents;
import hanok.token.train.Algorithm;
import hanok.token.train.BpeTrainer;
import hanok.token.train.Layout;
import hanok.token.train.MorphemePolicy;
import hanok.token.train.NoriSegmenter;
import hanok.token.train.PieceCounter;
import hanok.token.train.PieceCounts;
import hanok.token.train.TokenizerFolder;
import hanok.token.train.TrainedTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code tokenizer train}: learns a vocabulary from text. */
@Command(name = "train")
final class TrainTokenizer implements Callable<Integer> {
  @ParentCommand TokenizerCommand parent;

  @Parameters(index = "0", arity = "0..1", paramLabel = "CONFIG.yaml")
  @Nullable Path config;

  @Option(names = "--text", paramLabel = "FILE", arity = "1..*")
  @Nullable List<String> text;

  @Option(names = "--out", paramLabel = "FOLDER")
  @Nullable String out;

  @Option(names = "--vocab-size", paramLabel = "N")
  @Nullable Integer vocabSize;

  @Option(names = "--layout", paramLabel = "exaone|plain")
  @Nullable Layout layout;

  @Option(names = "--algorithm", paramLabel = "bbpe|bpe")
  @Nullable Algorithm algorithm;

  @Option(names = "--morphemes", paramLabel = "none|train|staged")
  MorphemePolicy.@Nullable Kind morphemes;

  @Option(names = "--fraction", paramLabel = "F")
  @Nullable Double fraction;

  @Option(names = "--field", paramLabel = "NAME")
  @Nullable String field;

  @Option(names = "--lang-field", paramLabel = "NAME")
  @Nullable String langField;

  @Option(names = "--text-lang", paramLabel = "LANG")
  @Nullable String textLang;

  @Option(names = "--lines")
  @Nullable Boolean lines;

  @Option(names = "--weights", paramLabel = "LANG=W", split = ",")
  @Nullable Map<String, Double> weights;

  @Option(names = "--counts", paramLabel = "FILE")
  @Nullable String counts;

  @Option(names = "--min-frequency", paramLabel = "N")
  @Nullable Integer minFrequency;

  @Option(names = "--coverage", paramLabel = "C")
  @Nullable Double coverage;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N")
  @Nullable Integer threads;

  @Option(names = "--force")
  boolean force;

  @Override
  public Integer call() {
    TrainConfig wanted = options();
    if (config != null) {
      wanted = wanted.or(ConfigFile.read(config, TrainConfig.class));
    }
    if (wanted.out() == null) {
      throw new Failure(ExitCode.USAGE, "tokenizer.train.noOut");
    }
    TokenizerFolder folder = new TokenizerFolder(Path.of(wanted.out()));
    try (Interruption interruption = new Interruption()) {
      return train(wanted, folder, interruption);
    }
  }

  private TrainConfig options() {
    return new TrainConfig(
        text,
        out,
        vocabSize,
        layout,
        algorithm,
        morphemes,
        fraction,
        field,
        langField,
        textLang,
        lines,
        weights,
        counts,
        minFrequency,
        coverage,
        threads);
  }

  private int train(TrainConfig wanted, TokenizerFolder folder, Interruption interruption) {
    BpeTrainer trainer = trainer(wanted, interruption);
    List<Path> files = wanted.text() == null ? List.of() : Documents.files(wanted.text());
    folder.prepare(force);
    boolean written = false;
    try {
      long begun = System.nanoTime();
      PieceCounts pieces = counts(wanted, files, interruption);
      double countSeconds = (System.nanoTime() - begun) / 1e9;
      TrainedTokenizer trained = trainer.train(pieces);
      folder.write(trained, pieces, countSeconds);
      written = true;
      tell(wanted, trained);
      return ExitCode.OK;
    } catch (Stopped e) {
      program().remark(e.keptCounts ? "tokenizer.train.kept" : "tokenizer.train.stopped");
      return ExitCode.INTERRUPTED;
    } finally {
      if (!written) {
        folder.abandon();
      }
    }
  }

  private BpeTrainer trainer(TrainConfig wanted, Interruption interruption) {
    int size = wanted.vocabSize() == null ? 102_400 : wanted.vocabSize();
    ProgressBar bar = new ProgressBar(program(), ProgressBar.Unit.TOKENS);
    BpeTrainer.Builder builder =
        BpeTrainer.builder()
            .vocabSize(size)
            .layout(wanted.theLayout())
            .algorithm(wanted.theAlgorithm())
            .morphemes(wanted.policy(), NoriSegmenter::new)
            .threads(wanted.theThreads())
            .progress(tokens -> {
              bar.report(tokens, size);
              if (interruption.requested()) {
                throw new Stopped(wanted.counts() != null);
              }
            });
    if (wanted.weights() != null) {
      builder.weights(wanted.weights());
    }
    if (wanted.minFrequency() != null) {
      builder.minFrequency(wanted.minFrequency());
    }
    if (wanted.coverage() != null) {
      builder.characterCoverage(wanted.coverage());
    }
    return builder.build();
  }

  /** Counts the text, or takes counts that are kept where no text is given. */
  private PieceCounts counts(TrainConfig wanted, List<Path> files, Interruption interruption) {
    Path keep = wanted.counts() == null ? null : Path.of(wanted.counts());
    if (files.isEmpty()) {
      if (keep == null || !Files.exists(keep)) {
        throw new Failure(ExitCode.USAGE, "tokenizer.train.noText");
      }
      return PieceCounts.load(keep);
    }
    PieceCounts.Cut cut =
        new PieceCounts.Cut("exaone", wanted.theLayout().literals(), wanted.documents());
    PieceCounter counter = new PieceCounter(files, cut, wanted.theThreads(), keep);
    PieceCounts counted = counter.count(new ProgressBar(program()), interruption::requested);
    if (interruption.requested()) {
      throw new Stopped(keep != null);
    }
    return counted;
  }

  private void tell(TrainConfig wanted, TrainedTokenizer trained) {
    Path folder = Path.of(String.valueOf(wanted.out()));
    Answer answer = new Answer(folder);
    if (program().json()) {
      program().io().out().println(answer.json());
      return;
    }
    program().io().out().print(answer.text());
    int asked = trained.facts().vocabSize();
    if (trained.vocab() < asked) {
      program().remark("tokenizer.train.fewer", trained.vocab(), asked);
    }
    program().remark("tokenizer.train.written", folder);
  }

  private Program program() {
    return parent.corpus;
  }

  /** The user has had enough. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean keptCounts;

    Stopped(boolean keptCounts) {
      this.keptCounts = keptCounts;
    }
  }
}

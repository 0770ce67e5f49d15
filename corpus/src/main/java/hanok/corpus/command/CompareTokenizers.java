package hanok.corpus.command;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.OutputFile;
import hanok.console.Program;
import hanok.console.ProgressBar;
import hanok.corpus.Document;
import hanok.corpus.DocumentOptions;
import hanok.corpus.DocumentReader;
import hanok.corpus.Documents;
import hanok.gguf.AtomicFile;
import hanok.token.train.ComparedText;
import hanok.token.train.Comparer;
import hanok.token.train.Comparison;
import hanok.token.train.ComparisonReport;
import hanok.token.train.NoriSegmenter;
import hanok.token.train.TextSample;
import hanok.token.train.TokenCounter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code tokenizer compare}: how tokenizers do on the same text. */
@Command(name = "compare")
final class CompareTokenizers implements Callable<Integer> {
  @ParentCommand TokenizerCommand parent;

  @Parameters(index = "0..*", arity = "1..*", paramLabel = "TOKENIZER")
  List<String> tokenizers;

  @Option(names = "--text", paramLabel = "FILE", arity = "1..*")
  @Nullable List<String> text;

  @Option(names = "--field", paramLabel = "NAME")
  String field = DocumentOptions.DEFAULT.textField();

  @Option(names = "--lang-field", paramLabel = "NAME")
  @Nullable String langField = DocumentOptions.DEFAULT.langField();

  @Option(names = "--text-lang", paramLabel = "LANG")
  String textLang = DocumentOptions.DEFAULT.lang();

  @Option(names = "--lines")
  boolean lines;

  @Option(names = "--limit-bytes", paramLabel = "N")
  @Nullable Long limitBytes;

  @Option(names = "--seed", paramLabel = "N")
  long seed;

  @Option(names = "--rule", paramLabel = "NAME")
  @Nullable String rule;

  @Option(names = "--html", paramLabel = "FILE")
  @Nullable Path html;

  @Option(names = "--force")
  boolean force;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    if (text == null) {
      throw new Failure(ExitCode.USAGE, "tokenizer.compare.noText");
    }
    List<Path> files = Documents.files(text);
    if (html != null) {
      OutputFile.prepare(html, force);
    }
    List<TokenCounter> counters = new TokenizersNamed(tokenizers, rule).load();
    Comparer comparer = new Comparer(counters, NoriSegmenter::new, threads);
    if (limitBytes == null) {
      read(files, comparer::add);
    } else {
      compareSample(files, new TextSample(limitBytes, seed), comparer);
    }
    Comparison comparison = comparer.comparison();
    if (comparison.documents() == 0) {
      throw new Failure(ExitCode.FAILURE, "tokenizer.compare.emptyText");
    }
    tell(comparison);
    return ExitCode.OK;
  }

  private void read(List<Path> files, Consumer<Document> each) {
    DocumentOptions options = new DocumentOptions(field, langField, textLang, lines);
    ProgressBar bar = new ProgressBar(program());
    try (DocumentReader reader = Documents.open(files, options)) {
      for (Document document = reader.next(); document != null; document = reader.next()) {
        each.accept(document);
        bar.report(reader.bytesRead(), reader.bytesTotal());
      }
      bar.report(reader.bytesTotal(), reader.bytesTotal());
    }
  }

  private void compareSample(List<Path> files, TextSample sample, Comparer comparer) {
    read(files, sample::add);
    List<Document> documents = sample.documents();
    ProgressBar bar = new ProgressBar(program());
    long chars = documents.stream().mapToLong(document -> document.text().length()).sum();
    long done = 0;
    for (Document document : documents) {
      comparer.add(document);
      done += document.text().length();
      bar.report(done, chars);
    }
    if (documents.size() < sample.documentsSeen()) {
      program()
          .remark(
              "tokenizer.compare.sampled",
              documents.size(),
              sample.documentsSeen(),
              sample.bytes());
    }
  }

  private void tell(Comparison comparison) {
    List<String> files = text == null ? List.of() : List.copyOf(text);
    ComparisonReport report =
        new ComparisonReport(new ComparedText(files, limitBytes, seed), comparison);
    if (program().json()) {
      program().io().out().println(report.json());
    } else {
      program().io().out().print(new ComparisonTable(program().messages(), comparison).text());
    }
    if (html != null) {
      AtomicFile.write(html, report.html());
      program().remark("tokenizer.compare.written", html);
    }
  }

  private Program program() {
    return parent.corpus;
  }
}

package hanok.train.command;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.ProgressBar;
import hanok.console.Sizes;
import hanok.corpus.DocumentOptions;
import hanok.corpus.Documents;
import hanok.token.Tokenizer;
import hanok.train.data.EvalGrams;
import hanok.train.data.Tokenize;
import hanok.train.data.TokenizeReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ObjectNode;

/** {@code train tokenize}: text to shards of tokens, once for all runs. */
@Command(name = "tokenize")
final class TokenizeCommand implements Callable<Integer> {
  @ParentCommand TrainCommand parent;

  @Option(names = "--tokenizer", paramLabel = "FOLDER|FILE", required = true)
  Path tokenizer;

  @Option(names = "--text", paramLabel = "FILE", arity = "1..*", required = true)
  List<String> text;

  @Option(names = "--out", paramLabel = "FOLDER", required = true)
  Path out;

  @Option(names = "--field", paramLabel = "NAME", defaultValue = "text")
  String field;

  @Option(names = "--lang-field", paramLabel = "NAME", defaultValue = "lang")
  String langField;

  @Option(names = "--text-lang", paramLabel = "LANG", defaultValue = "")
  String textLang;

  @Option(names = "--held-out", paramLabel = "SHARE", defaultValue = "0.01")
  double heldOut;

  @Option(names = "--decontaminate", paramLabel = "FOLDER")
  @Nullable Path evaluation;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      defaultValue = "0")
  int threads;

  @Override
  public Integer call() {
    List<Path> files = Documents.files(text);
    EvalGrams grams = evaluation == null ? null : EvalGrams.of(evaluation);
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    DocumentOptions options =
        DocumentOptions.DEFAULT.withTextField(field).withLangField(langField).withLang(textLang);
    Tokenize tokenize =
        new Tokenize(Tokenizer.load(tokenizer), new Tokenize.Settings(heldOut, grams, workers));
    ProgressBar progress = new ProgressBar(parent.program);
    tokenize.run(files, out, file -> Documents.open(file, options), progress).forEach(this::tell);
    return ExitCode.OK;
  }

  private void tell(TokenizeReport report) {
    if (!parent.program.json()) {
      parent.program.remark(
          "tokenize.done",
          report.name(),
          report.documents(),
          report.tokens(),
          Sizes.text(report.textBytes()),
          report.heldOut(),
          report.contaminated());
      return;
    }
    ObjectNode json =
        Json.object()
            .put("name", report.name())
            .put("documents", report.documents())
            .put("held_out", report.heldOut())
            .put("empty", report.empty())
            .put("contaminated", report.contaminated())
            .put("tokens", report.tokens())
            .put("text_bytes", report.textBytes());
    report.shards().forEach(json.putArray("shards")::add);
    parent.program.io().out().println(json);
  }
}

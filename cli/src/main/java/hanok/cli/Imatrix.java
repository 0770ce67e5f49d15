package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.OutputFile;
import hanok.console.ProgressBar;
import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.engine.Session;
import hanok.quantize.ImportanceCollector;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code imatrix MODEL.gguf --text FILE --out FILE}: which columns of the matrices matter. */
@Command(name = "imatrix")
final class Imatrix implements Callable<Integer> {
  private static final long TEXT_BYTES_MAX = 1L << 30;

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "MODEL.gguf")
  Path path;

  @Option(names = "--text", paramLabel = "FILE", required = true)
  Path text;

  @Option(names = "--out", paramLabel = "FILE.gguf", required = true)
  Path out;

  @Option(names = "--chunks", paramLabel = "N", defaultValue = "0")
  int chunks;

  @Option(names = "--chunk-tokens", paramLabel = "N", defaultValue = "512")
  int chunkTokens;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      defaultValue = "0")
  int threads;

  @Option(names = "--force")
  boolean force;

  @Override
  public Integer call() throws IOException {
    ModelOptions.requireFile(path);
    ModelOptions.requireFile(text);
    if (chunks < 0) {
      throw new Failure(ExitCode.USAGE, "imatrix.chunks", chunks);
    }
    String read = read();
    OutputFile.prepare(out, force);
    LoadOptions options = LoadOptions.DEFAULT.withProgress(new ProgressBar(hanok));
    try (Model model = Model.load(path, threads == 0 ? options : options.withThreads(threads))) {
      int most = model.config().context();
      if (chunkTokens < 2 || chunkTokens > most) {
        throw new Failure(ExitCode.USAGE, "imatrix.chunkTokens", most, chunkTokens);
      }
      collect(model, model.tokenizer().encode(read));
    }
    Written.report(hanok, out);
    return ExitCode.OK;
  }

  private String read() throws IOException {
    if (Files.size(text) > TEXT_BYTES_MAX) {
      throw new Failure(ExitCode.FAILURE, "imatrix.tooLong", text, TEXT_BYTES_MAX >> 20);
    }
    try {
      return Files.readString(text);
    } catch (CharacterCodingException e) {
      throw new Failure(ExitCode.FAILURE, "imatrix.notUtf8", text);
    }
  }

  /** Whole pieces of the text, each by itself; a shorter text is one piece. */
  private void collect(Model model, int[] ids) {
    Tokenizer tokenizer = model.tokenizer();
    int[] begin = tokenizer.addsBos() ? tokenizer.bos().stream().toArray() : new int[0];
    int piece = chunkTokens - begin.length;
    if (ids.length == 0) {
      throw new Failure(ExitCode.FAILURE, "imatrix.empty", text);
    }
    int count = Math.max(1, ids.length / piece);
    count = chunks == 0 ? count : Math.min(chunks, count);
    ImportanceCollector collector = new ImportanceCollector();
    model.observe(collector::add);
    ProgressBar progress = new ProgressBar(hanok, ProgressBar.Unit.TOKENS);
    long total = Math.min((long) count * piece, ids.length);
    try (Session session = model.newSession(chunkTokens)) {
      for (int chunk = 0; chunk < count; chunk++) {
        int to = Math.min(ids.length, (chunk + 1) * piece);
        int[] tokens = Arrays.copyOf(begin, begin.length + to - chunk * piece);
        System.arraycopy(ids, chunk * piece, tokens, begin.length, to - chunk * piece);
        session.rewind(0);
        session.prefill(tokens);
        progress.report(to, total);
      }
    }
    write(collector, count);
  }

  private void write(ImportanceCollector collector, int count) {
    String name = String.valueOf(out.getFileName());
    String dataset = String.valueOf(text.getFileName());
    try {
      collector.matrix(name, count, chunkTokens, dataset).write(out);
    } catch (ArithmeticException e) {
      String why = String.valueOf(e.getMessage());
      throw new Failure(ExitCode.FAILURE, "imatrix.notFinite", path, why);
    }
  }
}

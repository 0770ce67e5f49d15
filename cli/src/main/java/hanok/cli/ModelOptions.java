package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.ProgressBar;
import hanok.engine.KvType;
import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.engine.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. */
final class ModelOptions {
  /** Longer contexts cost memory; whoever wants one asks for it. */
  static final int CONTEXT_DEFAULT = 4096;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0")
  int threads;

  @Option(names = "--context", paramLabel = "N", defaultValue = "0")
  int context;

  @Option(names = "--cache-type", paramLabel = "F32|F16|Q8_0", defaultValue = "F16")
  KvType kvType;

  @Option(names = "--no-onednn")
  boolean noOneDnn;

  @Option(names = "--batch-invariant")
  boolean batchInvariant;

  Model load(Path path, Hanok hanok) {
    requireFile(path);
    LoadOptions options =
        LoadOptions.DEFAULT
            .withOneDnn(!noOneDnn)
            .withBatchInvariant(batchInvariant)
            .withProgress(new ProgressBar(hanok));
    return Model.load(path, threads == 0 ? options : options.withThreads(threads));
  }

  Session session(Model model) {
    return session(model, CONTEXT_DEFAULT);
  }

  /**
   * A session of the context that the user wants, or else the model.
   *
   * @param usual the model's wish, which may be for more than it was made for
   */
  Session session(Model model, int usual) {
    int most = model.config().context();
    return model.newSession(context == 0 ? Math.min(usual, most) : context, kvType);
  }

  static void requireFile(Path path) {
    if (Files.isDirectory(path)) {
      throw new Failure(ExitCode.USAGE, "error.isFolder", path);
    }
    if (!Files.exists(path)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFile", path);
    }
  }
}

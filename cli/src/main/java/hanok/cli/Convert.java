package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.OutputFile;
import hanok.console.ProgressBar;
import hanok.gguf.GgmlType;
import hanok.model.GgufConverter;
import hanok.model.HuggingFaceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code convert HF_FOLDER OUT.gguf}: Hugging Face's files to one of ours. */
@Command(name = "convert")
final class Convert implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "HF_FOLDER")
  Path folder;

  @Parameters(index = "1", paramLabel = "OUT.gguf")
  Path out;

  @Option(names = "--type", paramLabel = "F32|F16|BF16", defaultValue = "F16")
  GgmlType type;

  @Option(names = "--force")
  boolean force;

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFolder", folder);
    }
    OutputFile.prepare(out, force);
    try (HuggingFaceFolder source = HuggingFaceFolder.open(folder)) {
      GgufConverter.convert(source, type, out, new ProgressBar(hanok));
    }
    Written.report(hanok, out);
    return ExitCode.OK;
  }
}

package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.quantize.FileType;
import hanok.store.CreateRequest;
import hanok.store.ModelName;
import hanok.store.Modelfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code create NAME -f Modelfile}: a model made of another, or of a file. */
@Command(name = "create")
final class Create implements Callable<Integer> {
  /** A Modelfile may hold licences, but not a model. */
  private static final int BYTES_MAX = 4 << 20;

  private static final Path STDIN = Path.of("-");

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "NAME")
  String name;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "MODELFILE",
      defaultValue = "Modelfile")
  Path file;

  @Option(
      names = {"-q", "--quantize"},
      paramLabel = "TYPE")
  @Nullable FileType quantize;

  @Override
  public Integer call() throws IOException {
    ModelName target = ModelName.parse(name);
    Modelfile modelfile = Modelfile.parse(text());
    Path folder = file.toAbsolutePath().getParent();
    CreateRequest request =
        CreateRequest.of(
            target,
            modelfile,
            folder == null || file.equals(STDIN) ? Path.of("") : folder,
            true,
            Optional.ofNullable(quantize));
    hanok.store().create(request, new StatusLines(hanok));
    return ExitCode.OK;
  }

  private String text() throws IOException {
    byte[] bytes;
    if (file.equals(STDIN)) {
      bytes = hanok.io().in().readNBytes(BYTES_MAX + 1);
    } else {
      ModelOptions.requireFile(file);
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes(BYTES_MAX + 1);
      }
    }
    if (bytes.length > BYTES_MAX) {
      throw new Failure(ExitCode.USAGE, "create.tooLong", file, BYTES_MAX >> 20);
    }
    return new String(bytes, UTF_8);
  }
}

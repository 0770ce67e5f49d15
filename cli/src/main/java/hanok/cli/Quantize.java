package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.OutputFile;
import hanok.console.ProgressBar;
import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.quantize.FileType;
import hanok.quantize.ImportanceMatrix;
import hanok.quantize.QuantizeOptions;
import hanok.quantize.Quantizer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code quantize IN.gguf OUT.gguf TYPE}: the same model in fewer bits. */
@Command(name = "quantize")
final class Quantize implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "IN.gguf")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT.gguf")
  Path out;

  @Parameters(index = "2", paramLabel = "TYPE")
  FileType type;

  @Option(names = "--imatrix", paramLabel = "FILE")
  @Nullable Path imatrix;

  @Option(names = "--pure")
  boolean pure;

  @Option(names = "--output-tensor-type", paramLabel = "TYPE")
  @Nullable GgmlType output;

  @Option(names = "--token-embedding-type", paramLabel = "TYPE")
  @Nullable GgmlType embedding;

  @Option(names = "--allow-requantize")
  boolean requantize;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      defaultValue = "0")
  int threads;

  @Option(names = "--force")
  boolean force;

  @Override
  public Integer call() {
    ModelOptions.requireFile(in);
    if (imatrix != null) {
      ModelOptions.requireFile(imatrix);
    }
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    ImportanceMatrix importance = imatrix == null ? null : ImportanceMatrix.read(imatrix);
    QuantizeOptions options =
        new QuantizeOptions(type, pure, requantize, output, embedding, importance, workers);
    try (GgufFile model = GgufFile.open(in)) {
      refuseQuantized(model, options);
      OutputFile.prepare(out, force);
      Quantizer.quantize(model, options, out, new ProgressBar(hanok));
    }
    Written.report(hanok, out);
    return ExitCode.OK;
  }

  private static void refuseQuantized(GgufFile model, QuantizeOptions options) {
    if (!options.requantize()) {
      Quantizer.quantizedAlready(model, options)
          .ifPresent(tensor -> {
            throw new Failure(ExitCode.USAGE, "quantize.requantize", tensor.name(), tensor.type());
          });
    }
  }
}

package hanok.train.command;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.Sizes;
import hanok.train.torch.LearnerBenchmark;
import hanok.train.torch.Precision;
import hanok.train.torch.TorchOptions;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code train bench}: how fast this machine learns, with a model of 11 million numbers. */
@Command(name = "bench")
final class BenchCommand implements Callable<Integer> {
  @ParentCommand TrainCommand parent;

  @Option(names = "--precision", paramLabel = "fp32|bf16")
  @Nullable Precision precision;

  @Option(names = "--device", paramLabel = "NAME", defaultValue = "cpu")
  String device;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      defaultValue = "0")
  int threads;

  @Option(names = "--rows", paramLabel = "N", defaultValue = "8")
  int rows;

  @Option(names = "--length", paramLabel = "N", defaultValue = "256")
  int length;

  @Option(names = "--steps", paramLabel = "N", defaultValue = "10")
  int steps;

  @Option(names = "--no-recompute")
  boolean keep;

  @Override
  public Integer call() {
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    Precision products = precision == null ? Precision.best(device) : precision;
    TorchOptions options =
        TorchOptions.defaults()
            .withPrecision(products)
            .withDevice(device)
            .withThreads(workers)
            .withRecompute(!keep);
    LearnerBenchmark.Result result =
        LearnerBenchmark.run(LearnerBenchmark.elevenMillion(), rows, length, steps, options);
    if (parent.program.json()) {
      var json =
          Json.object()
              .put("precision", products.name().toLowerCase(Locale.ROOT))
              .put("threads", workers)
              .put("rows", rows)
              .put("length", length)
              .put("tokens_per_second", result.tokensPerSecond())
              .put("gigaflops", result.gigaflopsPerSecond())
              .put("peak_bytes", result.peakBytes());
      parent.program.io().out().println(json);
    } else {
      String line =
          String.format(
              Locale.ROOT,
              "%s, %d threads, %d x %d: %,.0f tok/s, %.0f GFLOP/s, %s",
              products.name().toLowerCase(Locale.ROOT),
              workers,
              rows,
              length,
              result.tokensPerSecond(),
              result.gigaflopsPerSecond(),
              Sizes.text(Math.max(0, result.peakBytes())));
      parent.program.io().out().println(line);
    }
    return ExitCode.OK;
  }
}

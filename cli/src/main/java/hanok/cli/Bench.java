package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.bench.Benchmark;
import hanok.bench.Measurement;
import hanok.bench.Peer;
import hanok.bench.Report;
import hanok.console.ExitCode;
import hanok.console.Sizes;
import hanok.engine.LoadOptions;
import hanok.gguf.AtomicFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code bench MODEL.gguf}: how fast prompts and answers are. */
@Command(name = "bench")
final class Bench implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "MODEL.gguf")
  Path path;

  @Option(
      names = {"-p", "--prompts"},
      paramLabel = "N",
      split = ",",
      defaultValue = "512")
  List<Integer> prompts = List.of();

  @Option(
      names = {"-n", "--answers"},
      paramLabel = "N",
      split = ",",
      defaultValue = "128")
  List<Integer> answers = List.of();

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "N",
      split = ",",
      defaultValue = "0")
  List<Integer> depths = List.of();

  @Option(names = "--sequences", paramLabel = "N", split = ",", defaultValue = "1")
  List<Integer> sequences = List.of();

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      defaultValue = "0")
  int threads;

  @Option(names = "--no-onednn")
  boolean noOneDnn;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "3")
  int repetitions;

  @Option(names = "--peer", paramLabel = "FOLDER")
  @Nullable Path peer;

  @Option(names = "--save", paramLabel = "FILE.json")
  @Nullable Path save;

  @Override
  public Integer call() {
    ModelOptions.requireFile(path);
    int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    LoadOptions load = LoadOptions.DEFAULT.withThreads(used).withOneDnn(!noOneDnn);
    Benchmark.Plan plan =
        new Benchmark.Plan(prompts, answers, depths, sequences, load, repetitions);
    Optional<Peer> other = Optional.ofNullable(peer).map(Peer::new);
    Report report = new Benchmark(plan, other, this::progress).run(path);
    progress("");
    if (save != null) {
      AtomicFile.write(save, (report.json() + "\n").getBytes(UTF_8));
    }
    if (hanok.json()) {
      hanok.io().out().println(report.json());
    } else {
      print(report, hanok.io().out());
    }
    return ExitCode.OK;
  }

  private void progress(String test) {
    if (hanok.io().terminalErr() && !hanok.quiet()) {
      hanok.io().err().print("\r\033[K" + test);
      hanok.io().err().flush();
    }
  }

  private void print(Report report, PrintStream out) {
    out.println(
        hanok
            .messages()
            .text(
                "bench.head",
                report.model(),
                Sizes.text(report.modelBytes()),
                report.threads(),
                "%.1f".formatted(report.memoryBytesPerSecond() / 1e9),
                "%.2f".formatted(report.loadSeconds()),
                Sizes.text(report.residentBytes())));
    out.println();
    out.println(hanok.messages().text("bench.columns"));
    for (Measurement result : report.results()) {
      boolean answer = result.bytesPerToken() > 0;
      Measurement other = report.peer().get(result.test());
      out.printf(
          Locale.ROOT,
          "%-14s %10.2f %8s %8s %10s %11s %8s%n",
          result.test(),
          result.tokensPerSecond(),
          number("%.0f %%", 100 * result.spread()),
          answer ? number("%.1f", result.bytesPerSecond() / 1e9) : "",
          answer ? number("%.0f %%", 100 * report.shareOfMemoryWall(result)) : "",
          other == null ? "" : number("%.2f", other.tokensPerSecond()),
          other == null ? "" : number("%.2f", report.ratio(result)));
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

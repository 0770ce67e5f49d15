package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.ExitCode;
import hanok.console.Failure;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code run MODEL [PROMPT]}: one answer, streamed. */
@Command(name = "run")
final class Run implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin PartnerOptions options = new PartnerOptions();

  @Parameters(index = "0", paramLabel = "MODEL")
  String name;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "PROMPT")
  List<String> words = List.of();

  @Option(names = "--system", paramLabel = "TEXT")
  @Nullable String system;

  @Option(names = "--raw")
  boolean raw;

  @Option(names = "--verbose")
  boolean verbose;

  @Override
  public Integer call() throws IOException {
    String prompt = prompt();
    if (prompt.isEmpty() && hanok.io().terminalIn()) {
      return Repl.talk(hanok, options, name, system);
    }
    if (prompt.isEmpty()) {
      throw new Failure(ExitCode.USAGE, "run.noPrompt");
    }
    return new OneAnswer(hanok, options, name, system, raw, verbose).to(prompt);
  }

  /** The words of the command line, and what comes through a pipe. */
  private String prompt() throws IOException {
    String given = String.join(" ", words);
    if (hanok.io().terminalIn()) {
      return given;
    }
    String piped = new String(hanok.io().in().readAllBytes(), UTF_8).strip();
    return given.isEmpty() || piped.isEmpty() ? given + piped : given + "\n" + piped;
  }
}

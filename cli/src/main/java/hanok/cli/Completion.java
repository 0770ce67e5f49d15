package hanok.cli;

import hanok.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code completion bash|zsh}: what makes the shell complete commands and options. */
@Command(name = "completion")
final class Completion implements Callable<Integer> {
  /** Shells whose completions can be written. */
  enum Shell {
    BASH,
    ZSH
  }

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "bash|zsh")
  Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    CommandLine all = Hanok.commandLine(new String[0], hanok.io());
    if (shell == Shell.ZSH) {
      hanok.io().out().println("autoload -U +X compinit && compinit");
    }
    hanok.io().out().println(AutoComplete.bash("hanok", all)); // which zsh understands too
    return ExitCode.OK;
  }
}

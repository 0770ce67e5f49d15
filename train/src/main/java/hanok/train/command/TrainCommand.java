package hanok.train.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code train}: the commands of this room; by itself, their table. */
@Command(
    name = "train",
    subcommands = {
      TokenizeCommand.class,
      PretrainCommand.class,
      SftCommand.class,
      BenchCommand.class
    })
final class TrainCommand implements Runnable {
  @ParentCommand Train program;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

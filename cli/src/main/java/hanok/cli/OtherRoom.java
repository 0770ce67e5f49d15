package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * The commands of rooms that are programs of their own, for the table of contents. The launcher
 * takes who asks for one straight to it.
 */
@Command
class OtherRoom implements Callable<Integer> {
  /** The workshop of tokenizers. */
  @Command(name = "tokenizer")
  static final class Tokenizer extends OtherRoom {}

  /** Where models learn. */
  @Command(name = "train")
  static final class Train extends OtherRoom {}

  @Spec CommandSpec spec = CommandSpec.create(); // picocli sets the real one

  @Unmatched List<String> arguments = List.of();

  @Override
  public Integer call() {
    throw new Failure(ExitCode.FAILURE, "otherRoom", spec.name());
  }
}

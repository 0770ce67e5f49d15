package hanok.corpus.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tokenizer}: the workshop's commands; by itself, their table. */
@Command(
    name = "tokenizer",
    subcommands = {TrainTokenizer.class, CompareTokenizers.class})
final class TokenizerCommand implements Runnable {
  @ParentCommand Corpus corpus;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

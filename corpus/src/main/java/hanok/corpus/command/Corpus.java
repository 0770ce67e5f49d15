package hanok.corpus.command;

import hanok.console.Io;
import hanok.console.Messages;
import hanok.console.Program;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program of this room: {@code hanok tokenizer}. */
@Command(name = "hanok")
public final class Corpus extends Program {
  Corpus(Io io, Messages messages) {
    super(io, messages);
  }

  public static void main(String[] arguments) {
    main(arguments, Corpus.class, Corpus::new);
  }

  @Override
  protected List<Class<?>> commands() {
    return List.of(TokenizerCommand.class, CommandLine.HelpCommand.class);
  }
}

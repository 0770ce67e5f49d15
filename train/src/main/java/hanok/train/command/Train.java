package hanok.train.command;

import hanok.console.Io;
import hanok.console.Messages;
import hanok.console.Program;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program of this room: {@code hanok train}. */
@Command(name = "hanok")
public final class Train extends Program {
  Train(Io io, Messages messages) {
    super(io, messages);
  }

  public static void main(String[] arguments) {
    main(arguments, Train.class, Train::new);
  }

  @Override
  protected List<Class<?>> commands() {
    return List.of(TrainCommand.class, CommandLine.HelpCommand.class);
  }
}

package hanok.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where a chat's lines come from, and where its answers go. */
interface LineSource extends AutoCloseable {

  /** Somebody pressed Ctrl-C at the prompt. */
  final class Interrupted extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean emptyLine;

    Interrupted(boolean emptyLine) {
      this.emptyLine = emptyLine;
    }

    /** Whether there was nothing on the line that could be meant. */
    boolean emptyLine() {
      return emptyLine;
    }
  }

  /** The next line without its end; null at the end of the input. */
  @Nullable String read(String prompt) throws Interrupted;

  PrintWriter out();

  /** Whether a person is there to read remarks. */
  boolean interactive();

  /** Begins to watch for Ctrl-C; the result says whether it has been pressed since. */
  BooleanSupplier watchInterrupt();

  @Override
  void close();

  /** A line editor if a person types, plain lines otherwise. */
  static LineSource open(Hanok hanok, List<String> completions) {
    return hanok.io().terminalIn()
        ? new TerminalLines(hanok, completions)
        : new PlainLines(hanok.io());
  }
}

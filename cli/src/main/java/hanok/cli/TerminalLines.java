package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.Io;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lines from a person at a terminal, who can edit them, also in Hangul, and recall earlier ones.
 */
final class TerminalLines implements LineSource {
  private final Terminal terminal;
  private final LineReader reader;

  TerminalLines(Hanok hanok, List<String> completions) {
    try {
      terminal = TerminalBuilder.builder().name("hanok").system(true).encoding(UTF_8).build();
      Path home = home(hanok.io());
      reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .appName("hanok")
              .completer(new StringsCompleter(completions))
              .variable(LineReader.HISTORY_FILE, home.resolve("history"))
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .option(LineReader.Option.INSERT_TAB, false)
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of history: what people ask a model is for their eyes only. */
  private static Path home(Io io) throws IOException {
    String named = io.environment().get("HANOK_HOME");
    Path home = named == null ? Path.of(System.getProperty("user.home"), ".hanok") : Path.of(named);
    if (!Files.isDirectory(home)) {
      Files.createDirectories(home);
      if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      }
    }
    return home;
  }

  @Override
  public @Nullable String read(String prompt) throws Interrupted {
    try {
      return reader.readLine(prompt);
    } catch (UserInterruptException e) {
      throw new Interrupted(e.getPartialLine() == null || e.getPartialLine().isBlank());
    } catch (EndOfFileException e) {
      return null;
    }
  }

  @Override
  public PrintWriter out() {
    return terminal.writer();
  }

  @Override
  public boolean interactive() {
    return true;
  }

  @Override
  public BooleanSupplier watchInterrupt() {
    AtomicBoolean pressed = new AtomicBoolean();
    terminal.handle(Terminal.Signal.INT, signal -> pressed.set(true));
    return pressed::get;
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

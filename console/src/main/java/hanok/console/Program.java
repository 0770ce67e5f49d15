package hanok.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What every room's {@code hanok} begins with: finds the command, speaks the user's language, turns
 * failures into sentences. A room extends it, names its commands, and lays its texts beside itself
 * as {@code messages.properties} and {@code messages_ko.properties}.
 */
@Command(
    name = "hanok",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Program.Version.class)
public abstract class Program implements Runnable {

  /** The version, as the build knows it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"hanok 0.1.0"};
    }
  }

  /** The languages of the program. */
  enum Language {
    KO,
    EN
  }

  private final Io io;
  private final Messages messages;

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT)
  boolean json;

  @Option(names = "--quiet", scope = ScopeType.INHERIT)
  boolean quiet;

  @Option(names = "--no-color", scope = ScopeType.INHERIT)
  boolean noColor;

  @Option(names = "--lang", paramLabel = "ko|en", scope = ScopeType.INHERIT)
  @Nullable Language lang; // Messages has read it before; here it is checked

  protected Program(Io io, Messages messages) {
    this.io = io;
    this.messages = messages;
    spec = CommandSpec.create(); // picocli sets the real one
  }

  /** The classes of the commands, in the order of the help. */
  protected abstract List<Class<?>> commands();

  /** What to tell of a failure that only this room knows; null leaves it to {@link Failures}. */
  protected @Nullable Failure explain(Throwable e) {
    return null;
  }

  /**
   * Runs the command line of this process, and ends it.
   *
   * @param room the class beside which the texts lie
   * @param program makes the room's program
   */
  public static void main(
      String[] arguments, Class<?> room, BiFunction<Io, Messages, Program> program) {
    UserStderr.restore();
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    // The launcher knows which of the three are terminals; the JVM only whether two of them are.
    String terminals = System.getProperty("hanok.terminals", "");
    boolean typed = terminals.contains("in");
    boolean watched = terminals.contains("err");
    Io io = new Io(System.in, out, System.err, typed, watched, System.getenv());
    int code = run(arguments, io, room, program);
    out.flush();
    System.exit(code);
  }

  /** Runs one command line and returns its exit code. */
  public static int run(
      String[] arguments, Io io, Class<?> room, BiFunction<Io, Messages, Program> program) {
    Program root = program.apply(io, Messages.of(room, List.of(arguments), io.environment()));
    try {
      return root.commandLine(arguments).execute(arguments);
    } catch (OutOfMemoryError | StackOverflowError e) { // picocli handles exceptions only
      return root.tell(e);
    }
  }

  /** The commands, in the language that the arguments and the environment ask for. */
  public final CommandLine commandLine(String... arguments) {
    Failures failures = new Failures(this);
    CommandLine commandLine = new CommandLine(this);
    wanted(arguments).forEach(commandLine::addSubcommand);
    commandLine.setResourceBundle(messages.bundle());
    commandLine.setOut(new PrintWriter(io.out(), true, UTF_8));
    commandLine.setErr(new PrintWriter(io.err(), true, UTF_8));
    boolean plain = io.environment().containsKey("NO_COLOR") || !io.terminalIn();
    boolean asked = List.of(arguments).contains("--no-color");
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            plain || asked ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.AUTO));
    commandLine.setUsageHelpLongOptionsMaxWidth(28);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(failures);
    commandLine.setExecutionExceptionHandler(failures);
    return commandLine;
  }

  /**
   * The command that is asked for, if that is clear at once, or else all: to know the options of
   * all of them takes a tenth of a second.
   */
  private List<Class<?>> wanted(String[] arguments) {
    for (Class<?> command : commands()) {
      boolean asked = arguments.length > 0 && arguments[0].equals(name(command));
      if (asked && command != CommandLine.HelpCommand.class) {
        return List.of(command);
      }
    }
    return commands();
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** Without a command: the table of contents. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  public final Io io() {
    return io;
  }

  public final Messages messages() {
    return messages;
  }

  /** Whether answers are wanted in JSON. */
  public final boolean json() {
    return json;
  }

  /** Whether remarks and progress are not wanted. */
  public final boolean quiet() {
    return quiet;
  }

  /** Tells the user what went wrong, in one sentence, and returns the exit code for it. */
  public final int tell(Throwable e) {
    return new Failures(this).handle(e);
  }

  /** Writes a remark for the user to stderr, unless {@code --quiet}. */
  public final void remark(String key, @Nullable Object... values) {
    if (!quiet) {
      io.err().println("hanok: " + messages.text(key, values));
    }
  }
}

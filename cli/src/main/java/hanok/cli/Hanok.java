package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.UserStderr;
import hanok.store.ModelStore;
import hanok.store.StorePaths;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The front door: finds the command, speaks the user's language, turns failures into sentences. */
@Command(
    name = "hanok",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Hanok.Version.class)
public final class Hanok implements Runnable {

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

  private static final List<Class<?>> COMMANDS =
      List.of(
          Run.class,
          Chat.class,
          Serve.class,
          Pull.class,
          ListModels.class,
          Show.class,
          Ps.class,
          Stop.class,
          Create.class,
          Copy.class,
          Remove.class,
          LicenceCommand.class,
          Inspect.class,
          Tokenize.class,
          Convert.class,
          Quantize.class,
          Imatrix.class,
          RandomWeights.class,
          Logits.class,
          Bench.class,
          Doctor.class,
          Completion.class,
          WarmUp.class,
          CommandLine.HelpCommand.class);

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

  private Hanok(Io io, Messages messages) {
    this.io = io;
    this.messages = messages;
    spec = CommandSpec.create(); // picocli sets the real one
  }

  public static void main(String[] arguments) {
    UserStderr.restore();
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    // The launcher knows which of the three are terminals; the JVM only whether two of them are.
    String terminals = System.getProperty("hanok.terminals", "");
    boolean typed = terminals.contains("in");
    boolean watched = terminals.contains("err");
    Io io = new Io(System.in, out, System.err, typed, watched, System.getenv());
    int code = run(arguments, io);
    out.flush();
    System.exit(code);
  }

  /** Runs one command line and returns its exit code. */
  static int run(String[] arguments, Io io) {
    try {
      return commandLine(arguments, io).execute(arguments);
    } catch (OutOfMemoryError | StackOverflowError e) { // picocli handles exceptions only
      return new Failures(io, Messages.of(List.of(arguments), io.environment())).handle(e);
    }
  }

  /** All commands, in the language that the arguments and the environment ask for. */
  static CommandLine commandLine(String[] arguments, Io io) {
    Messages messages = Messages.of(List.of(arguments), io.environment());
    Hanok hanok = new Hanok(io, messages);
    Failures failures = new Failures(io, messages);
    CommandLine commandLine = new CommandLine(hanok);
    commands(arguments).forEach(commandLine::addSubcommand);
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
  private static List<Class<?>> commands(String[] arguments) {
    for (Class<?> command : COMMANDS) {
      boolean asked = arguments.length > 0 && arguments[0].equals(name(command));
      if (asked && command != CommandLine.HelpCommand.class) {
        return List.of(command);
      }
    }
    return COMMANDS;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** Without a command: the table of contents. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  Io io() {
    return io;
  }

  Messages messages() {
    return messages;
  }

  /** Where this user's models are. */
  StorePaths paths() {
    return StorePaths.of(io.environment());
  }

  /** The models of this user. */
  ModelStore store() {
    return ModelStore.open(paths());
  }

  /** Writes a remark for the user to stderr, unless {@code --quiet}. */
  void remark(String key, Object... values) {
    if (!quiet) {
      io.err().println("hanok: " + messages.text(key, values));
    }
  }
}

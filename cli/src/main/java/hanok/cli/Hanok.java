package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Io;
import hanok.console.Messages;
import hanok.console.Program;
import hanok.serve.client.RemoteException;
import hanok.store.IntegrityException;
import hanok.store.LicenceRequiredException;
import hanok.store.ModelStore;
import hanok.store.NoSuchModelException;
import hanok.store.RegistryException;
import hanok.store.StorePaths;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The front door: the commands of whoever runs, chats with and looks into models. */
@Command(name = "hanok")
public final class Hanok extends Program {
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
          OtherRoom.Tokenizer.class,
          OtherRoom.Train.class,
          Doctor.class,
          Completion.class,
          WarmUp.class,
          CommandLine.HelpCommand.class);

  private Hanok(Io io, Messages messages) {
    super(io, messages);
  }

  public static void main(String[] arguments) {
    main(arguments, Hanok.class, Hanok::new);
  }

  /** Runs one command line and returns its exit code. */
  static int run(String[] arguments, Io io) {
    return run(arguments, io, Hanok.class, Hanok::new);
  }

  /** All commands, in the language that the arguments and the environment ask for. */
  static CommandLine commandLine(String[] arguments, Io io) {
    Messages messages = Messages.of(Hanok.class, List.of(arguments), io.environment());
    return new Hanok(io, messages).commandLine(arguments);
  }

  @Override
  protected List<Class<?>> commands() {
    return COMMANDS;
  }

  /** Where this user's models are. */
  StorePaths paths() {
    return StorePaths.of(io().environment());
  }

  /** The models of this user. */
  ModelStore store() {
    return ModelStore.open(paths());
  }

  @Override
  protected @Nullable Failure explain(Throwable e) {
    return switch (e) {
      case NoSuchModelException missing ->
          new Failure(ExitCode.NOT_FOUND, "error.noSuchModel", missing.getMessage());
      case LicenceRequiredException licence ->
          new Failure(
              ExitCode.LICENCE, "error.licence", licence.model(), licence.licence().title());
      case IntegrityException integrity ->
          new Failure(ExitCode.INTEGRITY, "error.integrity", integrity.getMessage());
      case RegistryException registry ->
          new Failure(ExitCode.FAILURE, "error.registry", registry.getMessage());
      case RemoteException remote -> remote(remote);
      default -> null;
    };
  }

  private static Failure remote(RemoteException e) {
    int code =
        switch (e.status()) {
          case RemoteException.UNREACHABLE -> ExitCode.UNREACHABLE;
          case 400, 405 -> ExitCode.USAGE;
          case 404 -> ExitCode.NOT_FOUND;
          case 429, 503 -> ExitCode.BUSY;
          default -> ExitCode.FAILURE;
        };
    String key = code == ExitCode.UNREACHABLE ? "error.unreachable" : "error.remote";
    return new Failure(code, key, Show.harmless(String.valueOf(e.getMessage())));
  }
}

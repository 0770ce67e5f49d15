package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Suggestions;
import hanok.gguf.MalformedModelException;
import hanok.serve.client.RemoteException;
import hanok.store.IntegrityException;
import hanok.store.LicenceRequiredException;
import hanok.store.NoSuchModelException;
import hanok.store.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever goes wrong into one sentence and an exit code; never a trace, unless asked for.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Io io;
  private final Messages messages;

  Failures(Io io, Messages messages) {
    this.io = io;
    this.messages = messages;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    return tell(usage(e), ExitCode.USAGE);
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine commandLine, ParseResult parseResult) {
    return handle(e);
  }

  /** Tells the user what went wrong and returns the exit code. */
  int handle(Throwable e) {
    if (io.environment().containsKey("HANOK_DEBUG")) {
      e.printStackTrace(io.err());
    }
    return switch (e) {
      case Failure failure -> tell(failure.sentence(messages), failure.exitCode());
      case ParameterException parameter -> tell(usage(parameter), ExitCode.USAGE);
      case MalformedModelException malformed ->
          tell(messages.text("error.malformed", malformed.getMessage()), ExitCode.FAILURE);
      case NoSuchModelException missing ->
          tell(messages.text("error.noSuchModel", missing.getMessage()), ExitCode.NOT_FOUND);
      case LicenceRequiredException licence ->
          tell(
              messages.text("error.licence", licence.model(), licence.licence().title()),
              ExitCode.LICENCE);
      case IntegrityException integrity ->
          tell(messages.text("error.integrity", integrity.getMessage()), ExitCode.INTEGRITY);
      case RegistryException registry ->
          tell(messages.text("error.registry", registry.getMessage()), ExitCode.FAILURE);
      case IllegalArgumentException argument ->
          tell(messages.text("error.argument", argument.getMessage()), ExitCode.USAGE);
      case RemoteException remote -> remote(remote);
      case UncheckedIOException unchecked ->
          handle(Objects.requireNonNullElse(unchecked.getCause(), e));
      case NoSuchFileException missing ->
          tell(messages.text("error.noSuchFile", missing.getFile()), ExitCode.NOT_FOUND);
      case AccessDeniedException denied ->
          tell(messages.text("error.accessDenied", denied.getFile()), ExitCode.FAILURE);
      case FileAlreadyExistsException exists ->
          tell(messages.text("error.exists", exists.getFile()), ExitCode.FAILURE);
      case IOException other ->
          tell(messages.text("error.io", other.getMessage()), ExitCode.FAILURE);
      case OutOfMemoryError memory ->
          tell(
              messages.text("error.memory", Runtime.getRuntime().maxMemory() >> 20),
              ExitCode.FAILURE);
      default -> tell(messages.text("error.unexpected", e), ExitCode.FAILURE);
    };
  }

  private int remote(RemoteException e) {
    int code =
        switch (e.status()) {
          case RemoteException.UNREACHABLE -> ExitCode.UNREACHABLE;
          case 400, 405 -> ExitCode.USAGE;
          case 404 -> ExitCode.NOT_FOUND;
          case 429, 503 -> ExitCode.BUSY;
          default -> ExitCode.FAILURE;
        };
    String key = code == ExitCode.UNREACHABLE ? "error.unreachable" : "error.remote";
    return tell(messages.text(key, Show.harmless(String.valueOf(e.getMessage()))), code);
  }

  private int tell(String sentence, int code) {
    io.out().flush();
    io.err().println("hanok: " + sentence);
    return code;
  }

  private String usage(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
      case MissingParameterException missing ->
          messages.text("usage.missing", name(missing.getMissing().getFirst()), command);
      default -> {
        ArgSpec argument = e.getArgSpec();
        yield argument == null
            ? messages.text("usage.other", e.getMessage())
            : messages.text(
                "usage.value", name(argument), String.valueOf(e.getValue()), e.getMessage());
      }
    };
  }

  private String unmatched(UnmatchedArgumentException e, String command) {
    String typed = e.getUnmatched().getFirst();
    CommandLine commandLine = e.getCommandLine();
    boolean option = typed.startsWith("-");
    boolean root = commandLine.getParent() == null;
    Collection<String> known =
        option
            ? commandLine.getCommandSpec().optionsMap().keySet()
            : commandLine.getSubcommands().keySet();
    String key = option ? "usage.unknownOption" : root ? "usage.unknownCommand" : "usage.tooMany";
    Optional<String> meant = Suggestions.nearest(typed.replaceFirst("=.*", ""), known);
    String sentence = messages.text(key, typed, command);
    return meant
        .map(word -> sentence + " " + messages.text("usage.didYouMean", word))
        .orElse(sentence);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}

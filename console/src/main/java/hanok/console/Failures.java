package hanok.console;

import hanok.gguf.MalformedModelException;
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
  private final Program program;
  private final Io io;
  private final Messages messages;

  Failures(Program program) {
    this.program = program;
    io = program.io();
    messages = program.messages();
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
    Failure known = program.explain(e);
    return known == null ? general(e) : tell(known.sentence(messages), known.exitCode());
  }

  private int general(Throwable e) {
    return switch (e) {
      case Failure failure -> tell(failure.sentence(messages), failure.exitCode());
      case ParameterException parameter -> tell(usage(parameter), ExitCode.USAGE);
      case MalformedModelException malformed ->
          tell(messages.text("error.malformed", malformed.getMessage()), ExitCode.FAILURE);
      case IllegalArgumentException argument ->
          tell(messages.text("error.argument", argument.getMessage()), ExitCode.USAGE);
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

package hanok.cli;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.store.ModelName;
import hanok.store.StoredModel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The model that a command line names: a file, or else a model of the store with what that carries.
 *
 * @param file its weights
 * @param label what the user called it
 * @param template in Ollama's language
 * @param parameters as {@link StoredModel#parameters} has them
 * @param turns that every conversation begins with
 */
record ChosenModel(
    Path file,
    String label,
    Optional<String> system,
    Optional<String> template,
    SequencedMap<String, Object> parameters,
    List<Message> turns) {

  /**
   * Finds what is meant: a path that is there wins, then a name of the store.
   *
   * @throws Failure if it is neither
   */
  static ChosenModel of(String argument, Hanok hanok) {
    Optional<Path> path = path(argument);
    if (path.isPresent() && (Files.exists(path.get()) || isPath(argument))) {
      ModelOptions.requireFile(path.get());
      Optional<String> none = Optional.empty();
      return new ChosenModel(path.get(), argument, none, none, new TreeMap<>(), List.of());
    }
    StoredModel model = stored(argument, hanok);
    List<Message> turns =
        model.messages().stream()
            .map(turn -> new Message(Message.Role.of(turn.role()), turn.content()))
            .toList();
    return new ChosenModel(
        model.weights(),
        model.name().shortest(),
        model.system(),
        model.template(),
        model.parameters(),
        turns);
  }

  /**
   * The model of the store that is meant.
   *
   * @throws Failure if there is none
   */
  static StoredModel stored(String argument, Hanok hanok) {
    return name(argument)
        .flatMap(hanok.store()::find)
        .orElseThrow(() -> new Failure(ExitCode.NOT_FOUND, "model.notFound", argument));
  }

  /** Whether it cannot have been meant as a name. */
  static boolean isPath(String argument) {
    return argument.endsWith(".gguf") || argument.startsWith("/") || argument.startsWith(".");
  }

  static Optional<Path> path(String argument) {
    try {
      return Optional.of(Path.of(argument));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<ModelName> name(String argument) {
    try {
      return Optional.of(ModelName.parse(argument));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What is to be told before the conversation: what the user says, or else the model. */
  @Nullable String systemOr(@Nullable String asked) {
    return asked == null ? system.orElse(null) : asked;
  }

  /** The context that the model wants, or what is usual. */
  int context() {
    return parameters.get("num_ctx") instanceof Long context && context > 0
        ? (int) Math.min(context, Integer.MAX_VALUE)
        : ModelOptions.CONTEXT_DEFAULT;
  }
}

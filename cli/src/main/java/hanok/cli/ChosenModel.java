package hanok.cli;

import hanok.chat.Message;
import hanok.engine.SamplerOptions;
import hanok.store.ModelName;
import hanok.store.StoredModel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The model that a command line names: a file, or else a model of the store with what that carries.
 *
 * @param file its weights
 * @param label what the user called it
 * @param parameters as {@link StoredModel#parameters} has them
 * @param turns that every conversation begins with
 */
record ChosenModel(
    Path file,
    String label,
    Optional<String> system,
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
      return new ChosenModel(path.get(), argument, Optional.empty(), new TreeMap<>(), List.of());
    }
    StoredModel model = stored(argument, hanok);
    List<Message> turns =
        model.messages().stream()
            .map(turn -> new Message(Message.Role.of(turn.role()), turn.content()))
            .toList();
    return new ChosenModel(
        model.weights(), model.name().shortest(), model.system(), model.parameters(), turns);
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

  /** The model's own way to sample, given that of its file. */
  SamplerOptions over(SamplerOptions defaults) {
    SamplerOptions.Builder builder = defaults.toBuilder();
    for (Map.Entry<String, Object> entry : parameters.entrySet()) {
      if (entry.getValue() instanceof Number number) {
        set(builder, entry.getKey(), number);
      }
    }
    return builder.build();
  }

  private static void set(SamplerOptions.Builder builder, String name, Number value) {
    switch (name) {
      case "temperature" -> builder.temperature(value.floatValue());
      case "top_k" -> builder.topK(value.intValue());
      case "top_p" -> builder.topP(value.floatValue());
      case "min_p" -> builder.minP(value.floatValue());
      case "typical_p" -> builder.typicalP(value.floatValue());
      case "repeat_penalty" -> builder.repeatPenalty(value.floatValue());
      case "repeat_last_n" -> builder.repeatLastN(value.intValue());
      case "frequency_penalty" -> builder.frequencyPenalty(value.floatValue());
      case "presence_penalty" -> builder.presencePenalty(value.floatValue());
      case "seed" -> builder.seed(value.longValue());
      default -> {} // for another engine
    }
  }

  /** Texts that end an answer: the user's, or else the model's. */
  List<String> stopOr(List<String> asked) {
    return asked.isEmpty() && parameters.get("stop") instanceof List<?> stop
        ? stop.stream().map(String::valueOf).toList()
        : asked;
  }

  /** The longest answer: the user's, or else the model's; -1 for no limit. */
  int maxTokensOr(int asked) {
    return asked == -1 && parameters.get("num_predict") instanceof Long most && most > 0
        ? (int) Math.min(most, Integer.MAX_VALUE)
        : asked;
  }

  /** The context that the model wants, or what is usual. */
  int context() {
    return parameters.get("num_ctx") instanceof Long context && context > 0
        ? (int) Math.min(context, Integer.MAX_VALUE)
        : ModelOptions.CONTEXT_DEFAULT;
  }
}

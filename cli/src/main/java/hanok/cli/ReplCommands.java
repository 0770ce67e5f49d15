package hanok.cli;

import hanok.engine.SamplerOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The commands of a chat: {@code /set}, {@code /show}, {@code /regen} and so on. */
final class ReplCommands {
  static final List<String> NAMES =
      List.of(
          "/set", "/show", "/system", "/regen", "/clear", "/save", "/load", "/bye", "/exit", "/?",
          "/help");

  private final Repl repl;
  private final Messages messages;

  ReplCommands(Repl repl, Hanok hanok) {
    this.repl = repl;
    messages = hanok.messages();
  }

  /** Does what the line says; false to leave. */
  boolean execute(String line, LineSource lines) {
    String name = line.split("\\s", 2)[0];
    String rest = line.substring(name.length()).strip();
    PrintWriter out = lines.out();
    switch (name) {
      case "/bye", "/exit" -> {
        return false;
      }
      case "/?", "/help" -> out.println(messages.text("chat.help"));
      case "/set" -> set(rest, out);
      case "/show" -> show(rest.isEmpty() ? "info" : rest, out);
      case "/system" -> setSystem(rest, out);
      case "/regen" -> regenerate(lines);
      case "/clear" -> {
        repl.conversation().clear();
        out.println(messages.text("chat.cleared"));
      }
      case "/save" -> {
        Path file = Path.of(required(rest, "/save FILE"));
        ConversationFile.save(file, repl.modelLabel(), repl.conversation());
        out.println(messages.text("chat.saved", file));
      }
      case "/load" -> load(Path.of(required(rest, "/load FILE")), out);
      default -> unknown(name, out);
    }
    out.flush();
    return true;
  }

  private void unknown(String name, PrintWriter out) {
    Optional<String> meant = Suggestions.nearest(name, NAMES);
    out.println(
        messages.text("chat.unknown", name)
            + meant.map(word -> " " + messages.text("usage.didYouMean", word)).orElse(""));
  }

  private void regenerate(LineSource lines) {
    if (!repl.conversation().removeAnswer()) {
      throw new Failure(ExitCode.USAGE, "chat.nothingToRegenerate");
    }
    repl.answer(lines);
  }

  private void load(Path file, PrintWriter out) {
    ModelOptions.requireFile(file);
    if (file.toString().endsWith(".gguf")) {
      repl.load(file);
    } else {
      repl.conversation().replace(ConversationFile.load(file));
    }
    out.println(messages.text("chat.loaded", file));
  }

  private void setSystem(String text, PrintWriter out) {
    repl.conversation().setSystem(text);
    out.println(messages.text(text.isEmpty() ? "chat.systemRemoved" : "chat.systemSet"));
  }

  private void set(String rest, PrintWriter out) {
    String[] words = rest.split("\\s+", 3);
    if (words[0].equals("system")) {
      setSystem(rest.substring("system".length()).strip(), out);
      return;
    }
    if (!words[0].equals("parameter") || words.length < 3) {
      throw new Failure(
          ExitCode.USAGE, "chat.needs", "/set parameter NAME VALUE, /set system TEXT");
    }
    Parameter parameter =
        Parameter.named(words[1])
            .orElseThrow(() ->
                new Failure(
                    ExitCode.USAGE,
                    "chat.noParameter",
                    words[1],
                    String.join(", ", Parameter.names())));
    try {
      parameter.set(repl, words[2]);
    } catch (NumberFormatException e) {
      throw new Failure(ExitCode.USAGE, "chat.notANumber", words[1], words[2]);
    }
    out.println(words[1] + " = " + parameter.get(repl));
  }

  private void show(String what, PrintWriter out) {
    switch (what) {
      case "info" ->
          out.println(
              messages.text(
                  "chat.info",
                  repl.modelLabel(),
                  repl.model().config().architecture().label(),
                  repl.model().config().layers(),
                  repl.model().config().dim(),
                  repl.context(),
                  repl.model().config().context()));
      case "parameters" -> {
        for (Parameter parameter : Parameter.values()) {
          out.printf("%-20s %s%n", parameter.label(), parameter.get(repl));
        }
      }
      case "system" ->
          out.println(repl.conversation().system().orElse(messages.text("chat.noSystem")));
      case "template" -> out.println(metadata("tokenizer.chat_template"));
      case "licence", "license" -> out.println(metadata("general.license"));
      default ->
          throw new Failure(
              ExitCode.USAGE, "chat.needs", "/show info|parameters|system|template|licence");
    }
  }

  private String metadata(String key) {
    return repl.model().file().metadata().string(key, messages.text("chat.notStated"));
  }

  private static String required(String rest, String form) {
    if (rest.isEmpty()) {
      throw new Failure(ExitCode.USAGE, "chat.needs", form);
    }
    return rest;
  }

  /** What {@code /set parameter} can set, by the names that Ollama has for it. */
  enum Parameter {
    TEMPERATURE,
    TOP_K,
    TOP_P,
    MIN_P,
    TYPICAL_P,
    REPEAT_PENALTY,
    REPEAT_LAST_N,
    FREQUENCY_PENALTY,
    PRESENCE_PENALTY,
    SEED,
    NUM_PREDICT,
    STOP;

    static Optional<Parameter> named(String name) {
      for (Parameter parameter : values()) {
        if (parameter.label().equals(name.replace('-', '_'))) {
          return Optional.of(parameter);
        }
      }
      return Optional.empty();
    }

    static List<String> names() {
      return Arrays.stream(values()).map(Parameter::label).toList();
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    Object get(Repl repl) {
      SamplerOptions options = repl.sampling();
      return switch (this) {
        case TEMPERATURE -> options.temperature();
        case TOP_K -> options.topK();
        case TOP_P -> options.topP();
        case MIN_P -> options.minP();
        case TYPICAL_P -> options.typicalP();
        case REPEAT_PENALTY -> options.repeatPenalty();
        case REPEAT_LAST_N -> options.repeatLastN();
        case FREQUENCY_PENALTY -> options.frequencyPenalty();
        case PRESENCE_PENALTY -> options.presencePenalty();
        case SEED -> options.seed();
        case NUM_PREDICT -> repl.maxTokens();
        case STOP -> repl.stop();
      };
    }

    void set(Repl repl, String value) {
      SamplerOptions.Builder builder = repl.sampling().toBuilder();
      switch (this) {
        case TEMPERATURE -> builder.temperature(Float.parseFloat(value));
        case TOP_K -> builder.topK(Integer.parseInt(value));
        case TOP_P -> builder.topP(Float.parseFloat(value));
        case MIN_P -> builder.minP(Float.parseFloat(value));
        case TYPICAL_P -> builder.typicalP(Float.parseFloat(value));
        case REPEAT_PENALTY -> builder.repeatPenalty(Float.parseFloat(value));
        case REPEAT_LAST_N -> builder.repeatLastN(Integer.parseInt(value));
        case FREQUENCY_PENALTY -> builder.frequencyPenalty(Float.parseFloat(value));
        case PRESENCE_PENALTY -> builder.presencePenalty(Float.parseFloat(value));
        case SEED -> builder.seed(Long.parseLong(value));
        case NUM_PREDICT -> repl.setMaxTokens(Math.max(-1, Integer.parseInt(value)));
        case STOP -> repl.setStop(List.of(value));
      }
      repl.setSampling(builder.build());
    }
  }
}

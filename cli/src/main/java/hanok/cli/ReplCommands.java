package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Messages;
import hanok.console.Suggestions;
import hanok.engine.SamplerOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
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
      case "/regen" -> repl.regenerate(lines);
      case "/clear" -> {
        repl.conversation().clear();
        out.println(messages.text("chat.cleared"));
      }
      case "/save" -> {
        Path file = Path.of(required(rest, "/save FILE"));
        ConversationFile.save(file, repl.partner().label(), repl.conversation());
        out.println(messages.text("chat.saved", file));
      }
      case "/load" -> load(required(rest, "/load FILE|MODEL"), out);
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

  /** A file is a conversation, unless it is a model; what is no file is the name of a model. */
  private void load(String named, PrintWriter out) {
    boolean conversation = named.endsWith(".json") || Files.isRegularFile(Path.of(named));
    if (conversation && !named.endsWith(".gguf")) {
      Path file = Path.of(named);
      ModelOptions.requireFile(file);
      repl.conversation().replace(ConversationFile.load(file));
    } else {
      repl.load(named);
    }
    out.println(messages.text("chat.loaded", named));
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
      case "info" -> out.println(repl.partner().about(messages));
      case "parameters" -> {
        for (Parameter parameter : Parameter.values()) {
          out.printf("%-20s %s%n", parameter.label(), parameter.get(repl));
        }
      }
      case "system" -> println(repl.conversation().system(), "chat.noSystem", out);
      case "template" -> println(repl.partner().template(), "chat.notStated", out);
      case "licence", "license" -> println(repl.partner().licence(), "chat.notStated", out);
      default ->
          throw new Failure(
              ExitCode.USAGE, "chat.needs", "/show info|parameters|system|template|licence");
    }
  }

  private void println(Optional<String> text, String otherwise, PrintWriter out) {
    out.println(text.map(Show::harmless).orElseGet(() -> messages.text(otherwise)));
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
      SamplerOptions options = repl.options().sampling();
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
        case NUM_PREDICT -> repl.options().maxTokens();
        case STOP -> repl.options().stop();
      };
    }

    void set(Repl repl, String value) {
      AnswerOptions options = repl.options();
      SamplerOptions.Builder builder = options.sampling().toBuilder();
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
        case NUM_PREDICT -> options = options.withMaxTokens(Math.max(-1, Integer.parseInt(value)));
        case STOP -> options = options.withStop(List.of(value));
      }
      repl.setOptions(options.withSampling(builder.build()));
    }
  }
}

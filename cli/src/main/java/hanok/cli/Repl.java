package hanok.cli;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.engine.FinishReason;
import hanok.engine.Generation;
import hanok.engine.Model;
import hanok.engine.SamplerOptions;
import hanok.engine.Session;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation at the terminal, or over a pipe: a line is a question, or a command with a slash.
 */
final class Repl {
  private static final String PROMPT = ">>> ";
  private static final String PROMPT_MORE = "... ";
  private static final String QUOTE = "\"\"\"";

  private final Hanok hanok;
  private final ModelOptions modelOptions;
  private final Conversation conversation;
  private final ReplCommands commands;

  private Model model;
  private String modelLabel;
  private ChatTemplate template;
  private Session session;
  private SamplerOptions sampling;
  private int maxTokens;
  private List<String> stop;
  private final boolean lookup;
  private @Nullable Model replaced; // a model that /load has put in place of the first

  Repl(
      Hanok hanok,
      Model model,
      ChosenModel chosen,
      ModelOptions modelOptions,
      SamplingOptions sampling,
      @Nullable String system) {
    this.hanok = hanok;
    this.modelOptions = modelOptions;
    this.model = model;
    modelLabel = chosen.label();
    this.sampling = sampling.over(chosen.over(model.samplerDefaults()));
    maxTokens = chosen.maxTokensOr(sampling.maxTokens);
    stop = chosen.stopOr(sampling.stop);
    lookup = !sampling.noLookup;
    template = template(model);
    session = modelOptions.session(model, chosen.context());
    conversation = new Conversation(chosen.systemOr(system));
    chosen.turns().forEach(conversation::add);
    commands = new ReplCommands(this, hanok);
  }

  private static ChatTemplate template(Model model) {
    return model
        .chatTemplate()
        .orElseThrow(() -> new Failure(ExitCode.FAILURE, "chat.noTemplate", model.file().path()));
  }

  /** Talks until the end of the input or {@code /bye}. */
  int run() {
    try (LineSource lines = LineSource.open(hanok, ReplCommands.NAMES)) {
      if (lines.interactive() && !hanok.quiet) {
        lines.out().println(hanok.messages().text("chat.welcome", modelLabel));
      }
      boolean warned = false;
      for (boolean open = true; open; ) {
        try {
          String line = readInput(lines);
          open = line != null && (line.isBlank() || take(line, lines));
          warned = false;
        } catch (LineSource.Interrupted e) {
          if (e.emptyLine() && warned) {
            lines.out().println(hanok.messages().text("chat.howToLeave"));
          }
          warned = e.emptyLine();
        }
      }
    } finally {
      if (replaced != null) {
        replaced.close();
      }
    }
    return ExitCode.OK;
  }

  /** One line, or several between triple quotes; null at the end of the input. */
  private static @Nullable String readInput(LineSource lines) throws LineSource.Interrupted {
    String line = lines.read(PROMPT);
    if (line == null || !line.strip().startsWith(QUOTE)) {
      return line;
    }
    StringBuilder text = new StringBuilder(line.strip().substring(QUOTE.length()));
    while (text.indexOf(QUOTE) < 0) {
      String more = lines.read(PROMPT_MORE);
      if (more == null) {
        return text.toString();
      }
      text.append('\n').append(more);
    }
    return text.substring(0, text.indexOf(QUOTE)).strip();
  }

  /** Does what a line asks; false to end. A failure is told, and the conversation goes on. */
  private boolean take(String line, LineSource lines) {
    try {
      if (line.startsWith("/")) {
        return commands.execute(line.strip(), lines);
      }
      ask(line, lines);
    } catch (RuntimeException e) {
      lines.out().flush();
      new Failures(hanok.io(), hanok.messages()).handle(e);
    }
    return true;
  }

  /** A question that got no answer is not part of the conversation. */
  private void ask(String question, LineSource lines) {
    conversation.add(Message.user(question));
    boolean answered = false;
    try {
      answered = answer(lines);
    } finally {
      if (!answered) {
        conversation.removeQuestion();
      }
    }
  }

  /** Answers the last question of the conversation; false if it was stopped before a word. */
  boolean answer(LineSource lines) {
    PrintWriter out = lines.out();
    int[] prompt = fittingPrompt(lines);
    BooleanSupplier cancelled = lines.watchInterrupt();
    Generation.Request request = new Generation.Request(prompt, sampling, maxTokens, stop, lookup);
    Generation.Result result =
        Generation.run(
            model,
            session,
            request,
            text -> {
              out.print(text);
              out.flush();
            },
            cancelled);
    out.println();
    out.flush();
    if (result.reason() == FinishReason.CANCELLED) {
      remark(lines, "chat.stopped");
      if (result.text().isEmpty()) {
        return false;
      }
    } else if (result.reason() == FinishReason.LENGTH && maxTokens == -1) {
      remark(lines, "chat.contextFull", session.context());
    }
    conversation.add(Message.assistant(result.text()));
    return true;
  }

  /** The prompt, with the oldest turns left out as far as it must be; the user is told. */
  private int[] fittingPrompt(LineSource lines) {
    int room = Math.min(256, session.context() / 4); // for an answer worth the name
    int dropped = 0;
    int[] ids = prompt();
    while (ids.length > session.context() - room && conversation.removeOldest()) {
      dropped++;
      ids = prompt();
    }
    if (dropped > 0) {
      remark(lines, "chat.dropped", dropped, session.context());
    }
    if (ids.length > session.context()) {
      throw new Failure(ExitCode.USAGE, "chat.tooLong", ids.length, session.context());
    }
    return ids;
  }

  private int[] prompt() {
    return model.tokenizer().encode(template.render(conversation.messages(), true));
  }

  void remark(LineSource lines, String key, Object... values) {
    String text = "[" + hanok.messages().text(key, values) + "]";
    if (lines.interactive()) {
      lines.out().println(text);
      lines.out().flush();
    } else {
      hanok.io().err().println(text);
    }
  }

  /** Goes on with another model; the conversation stays. */
  void load(Path path) {
    Model other = modelOptions.load(path, hanok);
    try {
      template = template(other);
      session = modelOptions.session(other);
    } catch (RuntimeException e) {
      other.close();
      throw e;
    }
    if (replaced != null) {
      replaced.close();
    }
    replaced = other;
    model = other;
    modelLabel = path.toString();
  }

  Conversation conversation() {
    return conversation;
  }

  Model model() {
    return model;
  }

  /** What the user calls the model. */
  String modelLabel() {
    return modelLabel;
  }

  SamplerOptions sampling() {
    return sampling;
  }

  void setSampling(SamplerOptions options) {
    sampling = options;
  }

  int maxTokens() {
    return maxTokens;
  }

  void setMaxTokens(int tokens) {
    maxTokens = tokens;
  }

  List<String> stop() {
    return stop;
  }

  void setStop(List<String> strings) {
    stop = strings;
  }

  int context() {
    return session.context();
  }
}

package hanok.cli;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.engine.FinishReason;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A conversation at the terminal, or over a pipe: a line is a question, or a command with a slash.
 */
final class Repl {
  private static final String PROMPT = ">>> ";
  private static final String PROMPT_MORE = "... ";
  private static final String QUOTE = "\"\"\"";

  private final Hanok hanok;
  private final Conversation conversation;
  private final ReplCommands commands;
  private Partner partner;
  private AnswerOptions options;

  private Repl(Hanok hanok, Partner partner, AnswerOptions options, Conversation opening) {
    this.hanok = hanok;
    this.partner = partner;
    this.options = options;
    conversation = opening;
    commands = new ReplCommands(this, hanok);
  }

  /**
   * Holds a conversation with a model.
   *
   * @param system what the model is told before; null for what its maker wants
   */
  static int talk(Hanok hanok, PartnerOptions options, String name, @Nullable String system) {
    Partner first = requireConversing(options.open(name, hanok));
    Repl repl = null;
    try {
      repl = new Repl(hanok, first, options.answers(first), first.opening(system));
      return repl.run();
    } finally {
      (repl == null ? first : repl.partner).close();
    }
  }

  private static Partner requireConversing(Partner partner) {
    if (!partner.converses()) {
      partner.close();
      throw new Failure(ExitCode.FAILURE, "chat.noTemplate", partner.label());
    }
    return partner;
  }

  /** Talks until the end of the input or {@code /bye}. */
  private int run() {
    try (LineSource lines = LineSource.open(hanok, ReplCommands.NAMES)) {
      if (lines.interactive() && !hanok.quiet()) {
        lines.out().println(hanok.messages().text("chat.welcome", partner.title()));
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
      hanok.tell(e);
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

  /** Answers the last question again. If that fails, the answer that there was stays. */
  void regenerate(LineSource lines) {
    Optional<Message> before = conversation.takeAnswer();
    boolean answered = false;
    try {
      if (conversation.isEmpty()) {
        throw new Failure(ExitCode.USAGE, "chat.nothingToRegenerate");
      }
      answered = answer(lines);
    } finally {
      if (!answered) {
        before.ifPresent(conversation::add);
      }
    }
  }

  /** Answers the last question of the conversation; false if it was stopped before a word. */
  private boolean answer(LineSource lines) {
    PrintWriter out = lines.out();
    Partner.Audience audience =
        new Partner.Audience(
            text -> {
              out.print(text);
              out.flush();
            },
            lines.watchInterrupt());
    Answer answer = partner.answer(conversation, true, options, audience);
    out.println();
    out.flush();
    if (answer.dropped() > 0) {
      remark(lines, "chat.dropped", answer.dropped(), context());
    }
    if (answer.reason() == FinishReason.CANCELLED) {
      remark(lines, "chat.stopped");
      if (answer.text().isEmpty()) {
        return false;
      }
    } else if (answer.reason() == FinishReason.LENGTH && options.maxTokens() == -1) {
      remark(lines, "chat.contextFull", context());
    }
    conversation.add(Message.assistant(answer.text()));
    return true;
  }

  private String context() {
    OptionalInt context = partner.context();
    return context.isPresent() ? Integer.toString(context.getAsInt()) : "?";
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
  void load(String name) {
    Partner other = requireConversing(partner.other(name));
    partner.close();
    partner = other;
  }

  Conversation conversation() {
    return conversation;
  }

  Partner partner() {
    return partner;
  }

  AnswerOptions options() {
    return options;
  }

  void setOptions(AnswerOptions changed) {
    options = changed;
  }
}

package hanok.serve.runner;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.serve.api.ApiException;
import hanok.token.EncodeOptions;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a conversation into the tokens of a prompt. */
public final class Conversation {

  /**
   * A prompt.
   *
   * @param droppedTurns the oldest turns, which did not fit and were left out as asked
   * @param droppedTokens what they had, with their template
   */
  public record Rendered(int[] ids, int droppedTurns, int droppedTokens) {
    /** A prompt of which nothing was left out. */
    public static Rendered of(int[] ids) {
      return new Rendered(ids, 0, 0);
    }
  }

  private final Optional<ChatTemplate> template;
  private final Tokenizer tokenizer;
  private final List<Message> opening = new ArrayList<>(); // stays, however long it gets
  private final List<Message> turns = new ArrayList<>();

  /**
   * @param instructions what is added to the system message; empty for nothing
   * @throws ApiException if there is nothing to answer
   */
  public Conversation(Runner runner, List<Turn> request, String instructions) {
    this(runner, request, instructions, runner.template());
  }

  private Conversation(
      Runner runner, List<Turn> request, String instructions, Optional<ChatTemplate> template) {
    this.template = template;
    tokenizer = runner.model().tokenizer();
    StringBuilder system = new StringBuilder();
    List<Message> said = request.stream().map(Turn::message).toList();
    int first = 0;
    if (!said.isEmpty() && said.getFirst().role() == Message.Role.SYSTEM) {
      system.append(said.getFirst().content());
      first = 1;
    } else {
      runner.servable().system().ifPresent(system::append);
    }
    if (!instructions.isEmpty()) {
      system.append(system.isEmpty() ? "" : "\n\n").append(instructions);
    }
    if (!system.isEmpty()) {
      opening.add(Message.system(system.toString()));
    }
    turns.addAll(runner.servable().messages());
    turns.addAll(said.subList(first, said.size()));
    if (turns.isEmpty() && opening.isEmpty()) {
      throw ApiException.badRequest("there is no message to answer");
    }
  }

  /**
   * A conversation in another form than the model's own.
   *
   * @param goTemplate in Ollama's language
   * @throws ApiException if the template does not work
   */
  public static Conversation inForm(Runner runner, List<Turn> request, String goTemplate) {
    Optional<ChatTemplate> template = ChatTemplate.ofOllama(goTemplate, runner.model().tokenizer());
    if (template.isEmpty()) {
      throw ApiException.badRequest("the template does not work");
    }
    return new Conversation(runner, request, "", template);
  }

  /**
   * The tokens.
   *
   * @param context tokens that they must leave room for an answer in
   * @param truncate whether the oldest turns may be left out if all are too many
   * @throws ApiException if they do not fit
   */
  public Rendered render(int context, boolean truncate) {
    int dropped = 0;
    int[] ids = encode(prompt(dropped));
    int all = ids.length;
    while (ids.length > context && truncate && dropped + 1 < turns.size()) {
      dropped = nextQuestion(dropped);
      ids = encode(prompt(dropped));
    }
    if (ids.length > context) {
      throw ApiException.of(
          400,
          "context_length_exceeded",
          "the conversation has %d tokens, the context holds %d".formatted(ids.length, context));
    }
    return new Rendered(ids, dropped, all - ids.length);
  }

  /** The conversation as the model will see it. */
  public String text() {
    return prompt(0).text();
  }

  /** The next turn by which a conversation can begin. */
  private int nextQuestion(int from) {
    int next = from + 1;
    while (next + 1 < turns.size() && turns.get(next).role() != Message.Role.USER) {
      next++;
    }
    return next;
  }

  private Prompt prompt(int dropped) {
    List<Message> messages = new ArrayList<>(opening);
    messages.addAll(turns.subList(dropped, turns.size()));
    Message last = messages.getLast();
    boolean goesOn = last.role() == Message.Role.ASSISTANT; // the answer has been begun for us
    if (goesOn) {
      messages.removeLast();
    }
    Prompt prompt = render(messages);
    if (!goesOn) {
      return prompt;
    }
    List<Span> spans = new ArrayList<>(prompt.spans());
    spans.add(new Span(last.content(), false));
    return new Prompt(spans, prompt.markers());
  }

  private Prompt render(List<Message> messages) {
    if (template.isPresent()) {
      try {
        return template.get().render(messages, true);
      } catch (IllegalArgumentException e) {
        throw ApiException.badRequest(String.valueOf(e.getMessage()));
      }
    }
    List<Span> spans = new ArrayList<>();
    for (Message message : messages) {
      spans.add(new Span(message.content() + "\n", false));
    }
    return new Prompt(spans, List.of());
  }

  private int[] encode(Prompt prompt) {
    return tokenizer.encode(prompt);
  }

  /** The tokens of a text without a template, which may spell control tokens if it says so. */
  public static int[] raw(Runner runner, String text, boolean special) {
    return tokens(runner, text, special, runner.model().tokenizer().addsBos());
  }

  /**
   * The tokens of a text.
   *
   * @param special whether it may spell control tokens
   * @param bos whether to begin with the token of the beginning
   */
  public static int[] tokens(Runner runner, String text, boolean special, boolean bos) {
    EncodeOptions options = new EncodeOptions(special, bos, EncodeOptions.Normalization.AUTO);
    return runner.model().tokenizer().encode(text, options);
  }
}

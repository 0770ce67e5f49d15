package hanok.chat;

import hanok.template.GoTemplate;
import hanok.template.TemplateException;
import hanok.template.Value;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Conversations by the TEMPLATE of an Ollama model, as Ollama runs it. A template that knows {@code
 * .Messages} gets the conversation, with neighbours of one role joined; any other runs once for
 * each exchange of {@code .System}, {@code .Prompt} and {@code .Response}, the last time up to
 * {@code .Response}, where the answer goes.
 */
final class OllamaChat implements ChatTemplate {
  private static final Value EMPTY = Value.ofTemplate("");

  private final GoTemplate template;
  private final Tokenizer tokenizer;
  private final List<String> markers;

  OllamaChat(GoTemplate template, Tokenizer tokenizer) {
    boolean answers = template.mentions("messages") || template.mentions("response");
    this.template = answers ? template : template.followedByResponse();
    this.tokenizer = tokenizer;
    markers = Markers.of(this::spans);
  }

  @Override
  public String name() {
    return "go";
  }

  @Override
  public Prompt render(List<Message> messages, boolean addGenerationPrompt) {
    try {
      return new Prompt(
          Spans.withoutAddedBos(spans(messages, addGenerationPrompt), tokenizer), markers);
    } catch (TemplateException e) {
      throw Spans.refusal(e);
    }
  }

  private record Turn(Message.Role role, Value content) {}

  private List<Span> spans(List<Message> messages, boolean addGenerationPrompt) {
    List<Turn> turns = new ArrayList<>();
    List<Value> systems = new ArrayList<>();
    for (Message message : messages) {
      Value content = Value.ofPerson(message.content());
      if (message.role() == Message.Role.SYSTEM) {
        systems.add(content);
      }
      boolean joins = !turns.isEmpty() && turns.getLast().role == message.role();
      if (joins) {
        content = Value.join(List.of(turns.removeLast().content, content), "\n\n");
      }
      turns.add(new Turn(message.role(), content));
    }
    return template.mentions("messages")
        ? conversation(turns, Value.join(systems, "\n\n"))
        : exchanges(turns, addGenerationPrompt);
  }

  private List<Span> conversation(List<Turn> turns, Value system) {
    List<Value> messages = new ArrayList<>();
    for (Turn turn : turns) {
      Map<String, Value> message = new HashMap<>();
      message.put("Role", Value.ofTemplate(turn.role.label()));
      message.put("Content", turn.content);
      message.put("Thinking", EMPTY);
      message.put("ToolCalls", Value.ofTemplate(null));
      messages.add(Value.ofTemplate(message));
    }
    return template.render(
        Value.ofTemplate(
            Map.of(
                "System",
                system,
                "Messages",
                messages,
                "Tools",
                List.of(),
                "Response",
                EMPTY,
                "Think",
                false,
                "IsThinkSet",
                false)));
  }

  private List<Span> exchanges(List<Turn> turns, boolean addGenerationPrompt) {
    List<Span> spans = new ArrayList<>();
    Value system = EMPTY;
    Value prompt = EMPTY;
    Value response = EMPTY;
    for (Turn turn : turns) {
      boolean ends =
          switch (turn.role) {
            case SYSTEM -> !isEmpty(prompt) || !isEmpty(response);
            case USER -> !isEmpty(response);
            case ASSISTANT -> false;
          };
      if (ends) {
        spans.addAll(template.render(exchange(system, prompt, response)));
        system = EMPTY;
        prompt = EMPTY;
        response = EMPTY;
      }
      switch (turn.role) {
        case SYSTEM -> system = turn.content;
        case USER -> prompt = turn.content;
        case ASSISTANT -> response = turn.content;
      }
    }
    Value last = exchange(system, prompt, response);
    boolean whole = !addGenerationPrompt && !isEmpty(response);
    spans.addAll(whole ? template.render(last) : template.renderToResponse(last));
    return spans;
  }

  private static boolean isEmpty(Value text) {
    return !text.truth();
  }

  private static Value exchange(Value system, Value prompt, Value response) {
    return Value.ofTemplate(
        Map.of(
            "System", system,
            "Prompt", prompt,
            "Response", response,
            "Think", false,
            "IsThinkSet", false));
  }
}

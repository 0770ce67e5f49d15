package hanok.chat;

import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * EXAONE 3.0, 3.5 and Deep, as the template in their files says:
 *
 * <pre>
 * [|system|]SYSTEM[|endofturn|]        (empty, if the conversation does not begin with a system
 * turn) [|user|]QUESTION                     (no end-of-turn marker)
 * [|assistant|]ANSWER[|endofturn|] [|user|]QUESTION [|assistant|]
 * </pre>
 *
 * <p>The markers of roles are plain text to EXAONE 3.x.
 */
final class ExaoneTemplate implements ChatTemplate {
  private static final String END = "[|endofturn|]";
  private static final List<String> MARKERS =
      List.of("[|system|]", "[|user|]", "[|assistant|]", "[|tool|]", END);

  /**
   * Whether a model is one of these. The first community conversions call themselves {@code llama},
   * so the marker of the end of a turn decides, unless it is a later EXAONE with its own template.
   */
  static boolean isFor(String architecture, Tokenizer tokenizer) {
    boolean later = architecture.startsWith("exaone") && !architecture.equals("exaone");
    return architecture.equals("exaone") || !later && tokenizer.id(END).isPresent();
  }

  @Override
  public String name() {
    return "exaone";
  }

  @Override
  public Prompt render(List<Message> messages, boolean addGenerationPrompt) {
    List<Span> spans = new ArrayList<>();
    if (messages.isEmpty() || messages.getFirst().role() != Message.Role.SYSTEM) {
      spans.add(new Span("[|system|]" + END + "\n", true));
    }
    for (Message message : messages) {
      spans.add(new Span("[|" + message.role().label() + "|]", true));
      spans.add(new Span(message.content(), false));
      spans.add(new Span(message.role() == Message.Role.USER ? "\n" : END + "\n", true));
    }
    if (addGenerationPrompt) {
      spans.add(new Span("[|assistant|]", true));
    }
    return new Prompt(spans, MARKERS);
  }
}

package hanok.chat;

import hanok.gguf.Metadata;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a conversation is written for EXAONE 3.0, 3.5 and Deep, as the template in their files says:
 *
 * <pre>
 * [|system|]SYSTEM[|endofturn|]        (empty, if the conversation does not begin with a system
 * turn) [|user|]QUESTION                     (no end-of-turn marker)
 * [|assistant|]ANSWER[|endofturn|] [|user|]QUESTION [|assistant|]
 * </pre>
 *
 * <p>What the messages say never becomes part of the form: their text and the template's go into
 * separate spans of the {@link Prompt}, and only the latter may spell control tokens. The markers
 * of roles are plain text to EXAONE 3.x; where a message spells one, the tokenizer gives it other
 * ids.
 */
public final class ChatTemplate {
  private static final String END = "[|endofturn|]";
  private static final List<String> MARKERS =
      List.of("[|system|]", "[|user|]", "[|assistant|]", "[|tool|]", END);

  private ChatTemplate() {}

  /**
   * The template for a model, or empty for a model whose template is not EXAONE's. The first
   * community conversions call themselves {@code llama}, so the marker of the end of a turn
   * decides.
   */
  public static Optional<ChatTemplate> find(Metadata metadata, Tokenizer tokenizer) {
    boolean exaone = metadata.string("general.architecture", "").equals("exaone");
    boolean marker = tokenizer.id(END).isPresent();
    return exaone || marker ? Optional.of(new ChatTemplate()) : Optional.empty();
  }

  /**
   * Writes a conversation.
   *
   * @param addGenerationPrompt whether to end with the beginning of an answer
   */
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

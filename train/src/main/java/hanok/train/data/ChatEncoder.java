package hanok.train.data;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversations as a model will meet them, in EXAONE's template. A prompt ends behind {@code
 * [|assistant|]}, so that is where ids are cut: what the model is taught to say is, token by token,
 * what it will be able to say. Learned are the tokens of answers and the {@code [|endofturn|]}
 * behind each; a message that spells such a marker gets ordinary tokens for it.
 */
final class ChatEncoder {
  private static final String END = "[|endofturn|]";

  private final Tokenizer tokenizer;
  private final ChatTemplate template = ChatTemplate.exaone();
  private final int end;

  /**
   * @throws IllegalArgumentException if the end of a turn is no control token to the tokenizer
   */
  ChatEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    end = tokenizer.id(END).orElse(-1);
    if (end < 0 || !tokenizer.isControl(end)) {
      throw new IllegalArgumentException(
          "the tokenizer has no control token " + END + ", which ends every answer");
    }
  }

  /**
   * Encodes a conversation, up to the last answer that ends within a number of tokens.
   *
   * @return null if no answer does
   */
  @Nullable EncodedChat encode(List<Message> messages, int tokensMax) {
    Prompt whole = template.render(messages, false);
    List<Span> spans = whole.spans();
    List<String> markers = whole.markers();
    List<int[]> pieces = new ArrayList<>();
    BitSet learned = new BitSet();
    int size = 0;
    int kept = 0;
    int keptPieces = 0;
    int from = 0;
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).role() != Message.Role.ASSISTANT) {
        continue;
      }
      int content = content(spans, messages, i);
      int[] prompt = encode(spans.subList(from, content), markers, pieces.isEmpty());
      int[] answer = answer(spans.get(content), markers);
      from = content + 1;
      pieces.add(prompt);
      pieces.add(answer);
      size += prompt.length + answer.length;
      if (size > tokensMax) {
        break;
      }
      learned.set(size - answer.length, size);
      kept = size;
      keptPieces = pieces.size();
    }
    if (kept == 0) {
      return null;
    }
    int[] ids = joined(pieces.subList(0, keptPieces), kept);
    return new EncodedChat(ids, learned, keptPieces / 2);
  }

  /** The span of a message's content: three spans a message, after what the template puts first. */
  private static int content(List<Span> spans, List<Message> messages, int message) {
    int before = spans.size() - 3 * messages.size();
    return before + 3 * message + 1;
  }

  /** An answer with the token that ends it. The line feed behind that begins the next prompt. */
  private int[] answer(Span content, List<String> markers) {
    int[] said = encode(List.of(content), markers, false);
    int[] answer = Arrays.copyOf(said, said.length + 1);
    answer[said.length] = end;
    return answer;
  }

  private int[] encode(List<Span> spans, List<String> markers, boolean first) {
    List<Span> rest = spans;
    Span head = spans.getFirst();
    if (!first && head.template() && head.text().startsWith(END)) { // the answer before has it
      rest = new ArrayList<>(spans);
      rest.set(0, new Span(head.text().substring(END.length()), true));
    }
    int[] ids = tokenizer.encode(new Prompt(rest, markers));
    boolean bos = tokenizer.addsBos() && tokenizer.bos().isPresent();
    return bos && !first ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
  }

  private static int[] joined(List<int[]> pieces, int size) {
    int[] all = new int[size];
    int at = 0;
    for (int[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }
}

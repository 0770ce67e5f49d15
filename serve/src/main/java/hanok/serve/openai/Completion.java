package hanok.serve.openai;

import hanok.engine.TokenChoice;
import hanok.serve.runner.Logprobs;
import hanok.serve.runner.Runner;
import hanok.token.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One of the answers of a text completion: what has been said since it was last asked for. */
final class Completion {
  private final Tokenizer tokenizer;
  private final int index;
  private final boolean withLogprobs;
  private final StringBuilder text = new StringBuilder();
  private int offset; // of the next token in the whole text
  private ArrayNode tokens = list();
  private ArrayNode logprobs = list();
  private ArrayNode top = list();
  private ArrayNode offsets = list();

  Completion(Runner runner, int index, boolean withLogprobs) {
    tokenizer = runner.model().tokenizer();
    this.index = index;
    this.withLogprobs = withLogprobs;
  }

  private static ArrayNode list() {
    return JsonMapper.shared().createArrayNode();
  }

  /** The prompt; {@code scores} are of its tokens after the first, or none. */
  void echo(int[] prompt, List<TokenChoice> scores) {
    text.append(tokenizer.decode(prompt));
    if (withLogprobs) {
      addToken(prompt[0]);
      logprobs.addNull();
      top.addNull();
      scores.forEach(this::add);
    }
  }

  void add(String piece, List<TokenChoice> choices) {
    text.append(piece);
    if (withLogprobs) {
      choices.forEach(this::add);
    }
  }

  private void add(TokenChoice choice) {
    addToken(choice.id());
    logprobs.add(Logprobs.finite(choice.logprob()));
    ObjectNode likely = top.addObject();
    for (int i = 0; i < choice.topIds().length; i++) {
      likely.put(tokenizer.text(choice.topIds()[i]), Logprobs.finite(choice.topLogprobs()[i]));
    }
  }

  private void addToken(int id) {
    String token = tokenizer.text(id);
    tokens.add(token);
    offsets.add(offset);
    offset += token.length();
  }

  /** What is new. */
  ObjectNode choice(@Nullable String finishReason) {
    ObjectNode choice = JsonMapper.shared().createObjectNode();
    choice.put("text", text.toString()).put("index", index);
    if (withLogprobs) {
      ObjectNode node = choice.putObject("logprobs");
      node.set("tokens", tokens);
      node.set("token_logprobs", logprobs);
      node.set("top_logprobs", top);
      node.set("text_offset", offsets);
    } else {
      choice.putNull("logprobs");
    }
    choice.put("finish_reason", finishReason);
    return choice;
  }

  /** Forgets what has been sent. */
  void sent() {
    text.setLength(0);
    tokens = list();
    logprobs = list();
    top = list();
    offsets = list();
  }
}

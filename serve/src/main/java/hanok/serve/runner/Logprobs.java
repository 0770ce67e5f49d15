package hanok.serve.runner;

import hanok.engine.TokenChoice;
import hanok.token.Tokenizer;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Probabilities of tokens in the form that Ollama and OpenAI share. */
public final class Logprobs {
  /** Stands for minus infinity, which JSON has not. */
  private static final float LEAST = -9999;

  private Logprobs() {}

  public static ArrayNode of(Runner runner, List<TokenChoice> tokens) {
    Tokenizer tokenizer = runner.model().tokenizer();
    ArrayNode list = JsonMapper.shared().createArrayNode();
    for (TokenChoice choice : tokens) {
      ObjectNode token = list.addObject();
      put(token, tokenizer, choice.id(), choice.logprob());
      ArrayNode top = token.putArray("top_logprobs");
      for (int i = 0; i < choice.topIds().length; i++) {
        put(top.addObject(), tokenizer, choice.topIds()[i], choice.topLogprobs()[i]);
      }
    }
    return list;
  }

  private static void put(ObjectNode node, Tokenizer tokenizer, int id, float logprob) {
    node.put("token", tokenizer.text(id)).put("logprob", finite(logprob));
    ArrayNode bytes = node.putArray("bytes");
    for (byte b : tokenizer.bytes(id)) {
      bytes.add(b & 0xFF);
    }
  }

  /** The value, or a very small one in place of minus infinity. */
  public static float finite(float logprob) {
    return Math.max(LEAST, logprob);
  }
}

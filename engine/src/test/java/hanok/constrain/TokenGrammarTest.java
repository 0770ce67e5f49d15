package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TokenGrammarTest {
  private final Tokenizer tokenizer = Vocabularies.golden();
  private final TokenTrie trie = TokenTrie.of(tokenizer);

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  /** The allowed tokens after {@code text}, found by trying each token. */
  private long[] tried(Grammar grammar, String text) {
    Configurations follow = new Configurations(grammar.automaton());
    Configuration at = follow.step(follow.start(), text.getBytes(UTF_8));
    long[] set = new long[trie.words()];
    for (int id = 0; id < tokenizer.vocab(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (!tokenizer.isControl(id)
          && !tokenizer.isEndOfGeneration(id)
          && bytes.length > 0
          && !follow.step(at, bytes).isDead()) {
        set[id >> 6] |= 1L << id;
      }
    }
    return set;
  }

  @Test
  void boundsOfLongStringsHoldNearTheirEndsAndFarFromThem() {
    for (String bounds :
        new String[] {
          "\"minLength\":150",
          "\"maxLength\":150",
          "\"minLength\":100,\"maxLength\":160",
          "\"minLength\":3,\"maxLength\":200"
        }) {
      Grammar grammar = Grammar.ofSchema(json("{\"type\":\"string\"," + bounds + "}"));
      TokenGrammar constraints = new TokenGrammar(grammar, trie);
      Configurations follow = constraints.configurations();
      for (int length = 0; length <= 200; length++) {
        String text = "\"" + "가a".repeat(100).substring(0, length);
        if (grammar.begins(text)) {
          Configuration at = follow.step(follow.start(), text.getBytes(UTF_8));
          assertThat(constraints.tokens(at)).as(bounds + text).isEqualTo(tried(grammar, text));
        }
      }
    }
  }

  @Test
  void masksAreRightAtAllDepthsUpToTheDeepest() {
    Grammar grammar = Grammar.json();
    TokenGrammar constraints = new TokenGrammar(grammar, trie);
    Configurations follow = constraints.configurations();
    for (String open : new String[] {"[", "{\"a\":", "[[1,"}) {
      StringBuilder text = new StringBuilder("{\"a\":");
      while (grammar.begins(text.toString())) {
        Configuration at = follow.step(follow.start(), text.toString().getBytes(UTF_8));
        assertThat(constraints.tokens(at)).isEqualTo(tried(grammar, text.toString()));
        text.append(open);
      }
    }
  }

  @Test
  void aTextLongerThanWhatIsRememberedIsFollowed() {
    Grammar grammar = Grammar.ofSchema(json("{\"type\":\"string\",\"maxLength\":30000}"));
    Constraint constraint = new TokenGrammar(grammar, trie).start();
    int[] ids = tokenizer.encode("\"" + "한".repeat(20_000) + "\"");
    assertThat(ids.length).isGreaterThan(Configurations.REMEMBERED_MAX);
    for (int id : ids) {
      constraint.accept(id);
    }
    assertThat(constraint.mustEnd()).isTrue();
  }

  @Test
  void answersThatShareAGrammarAreIndependent() throws Exception {
    JsonNode schema = new RandomSchema(77).schema(3);
    TokenGrammar shared = new TokenGrammar(Grammar.ofSchema(schema), trie);
    List<Callable<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int seed = i;
      answers.add(() -> answer(shared, seed));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<byte[]>> written = threads.invokeAll(answers);
      for (int i = 0; i < written.size(); i++) {
        byte[] alone = answer(new TokenGrammar(Grammar.ofSchema(schema), trie), i);
        assertThat(written.get(i).get()).isEqualTo(alone);
      }
    }
  }

  private byte[] answer(TokenGrammar grammar, int seed) {
    Decoding decoding = new Decoding(tokenizer, seed);
    decoding.write(grammar.start(), 150);
    return decoding.bytes();
  }

  @Test
  void aCacheKeepsTheGrammarsThatWereUsedLast() {
    GrammarCache cache = new GrammarCache(trie, 2);
    TokenGrammar first = cache.ofSchema(json("{\"type\":\"integer\"}"));
    assertThat(cache.ofSchema(json("{\"type\": \"integer\"}"))).isSameAs(first);
    TokenGrammar any = cache.json();
    assertThat(cache.json()).isSameAs(any);
    assertThat(cache.ofSchema(json("{\"type\":\"integer\"}"))).isSameAs(first);
    List<Tool> tools = List.of(new Tool("t", json("{\"type\":\"object\"}")));
    assertThat(cache.call(tools)).isSameAs(cache.call(tools)).isNotSameAs(cache.textOrCall(tools));
    assertThat(cache.json()).isNotSameAs(any);
  }
}

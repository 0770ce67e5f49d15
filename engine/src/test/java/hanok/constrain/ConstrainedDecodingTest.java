package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import hanok.token.Tokenizer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever the logits are, answers fit their schema; networknt's validator is the judge. */
final class ConstrainedDecodingTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static Tokenizer tokenizer(String vocabulary) {
    return vocabulary.equals("golden") ? Vocabularies.golden() : Vocabularies.large();
  }

  private static void assertFits(String text, ObjectNode schema) {
    JsonNode value = JsonMapper.shared().readTree(text);
    Schema judge = REGISTRY.getSchema(schema);
    assertThat(judge.validate(value)).as("%s%nin %s", schema, text).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden", "large"})
  void everyFinishedAnswerFitsItsSchema(String vocabulary) throws CharacterCodingException {
    Tokenizer tokenizer = tokenizer(vocabulary);
    TokenTrie trie = TokenTrie.of(tokenizer);
    Decoding decoding = new Decoding(tokenizer, 3);
    int finished = 0;
    for (int seed = 0; seed < 240; seed++) {
      ObjectNode schema = new RandomSchema(seed).schema(3);
      Grammar grammar = Grammar.ofSchema(schema);
      TokenGrammar constraints = new TokenGrammar(grammar, trie);
      for (int answer = 0; answer < 3; answer++) {
        if (decoding.write(constraints.start(), 200)) {
          assertFits(decoding.text(), schema);
          finished++;
        } else {
          Configurations follow = new Configurations(grammar.automaton());
          assertThat(follow.step(follow.start(), decoding.bytes()).isDead()).isFalse();
        }
      }
    }
    assertThat(finished).isGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden", "large"})
  void everyTokenisationOfAFittingValueIsAllowed(String vocabulary) {
    Tokenizer tokenizer = tokenizer(vocabulary);
    TokenTrie trie = TokenTrie.of(tokenizer);
    SplittableRandom random = new SplittableRandom(11);
    for (int seed = 0; seed < 240; seed++) {
      RandomSchema maker = new RandomSchema(seed);
      ObjectNode schema = maker.schema(3);
      TokenGrammar grammar = new TokenGrammar(Grammar.ofSchema(schema), trie);
      for (int i = 0; i < 4; i++) {
        JsonNode value = maker.value(schema);
        String text = i < 2 ? JsonSyntax.compact(value) : i == 2 ? spaced(value) : lines(value, 1);
        assertFits(text, schema);
        assertAllowed(tokenizer.encode(text), grammar, "%s in %s".formatted(text, schema));
        assertAllowed(pieces(text, tokenizer, random), grammar, text);
      }
    }
  }

  /** As Python's {@code json.dumps} writes it. */
  private static String spaced(JsonNode value) {
    return written(value, ", ", "", "");
  }

  /** As {@code json.dumps} writes it with an indent of two. */
  private static String lines(JsonNode value, int depth) {
    String line = "\n" + "  ".repeat(depth);
    return written(value, "," + line, line, "\n" + "  ".repeat(depth - 1));
  }

  private static String written(JsonNode value, String comma, String first, String last) {
    if (!value.isContainer() || value.isEmpty()) {
      return JsonSyntax.compact(value);
    }
    int depth = last.isEmpty() ? 0 : (last.length() - 1) / 2 + 2;
    StringJoiner all =
        value.isObject()
            ? new StringJoiner(comma, "{" + first, last + "}")
            : new StringJoiner(comma, "[" + first, last + "]");
    for (JsonNode item : value.isArray() ? value.values() : List.<JsonNode>of()) {
      all.add(depth == 0 ? spaced(item) : lines(item, depth));
    }
    for (var member : value.properties()) {
      JsonNode item = member.getValue();
      all.add(
          JsonSyntax.quoted(member.getKey())
              + ": "
              + (depth == 0 ? spaced(item) : lines(item, depth)));
    }
    return all.toString();
  }

  private static void assertAllowed(int[] ids, TokenGrammar grammar, String what) {
    Constraint constraint = grammar.start();
    for (int id : ids) {
      assertThat(constraint.allowed()[id >> 6] >> id & 1).as(what).isOne();
      constraint.accept(id);
    }
    assertThat(constraint.mayEnd()).as(what).isTrue();
  }

  /** Tokens of the text that are shorter than they might be: now and then a byte alone. */
  private static int[] pieces(String text, Tokenizer tokenizer, SplittableRandom random) {
    IntList ids = new IntList();
    for (int id : tokenizer.encode(text)) {
      byte[] bytes = tokenizer.bytes(id);
      if (random.nextInt(3) == 0) {
        for (byte b : bytes) {
          ids.add(byteToken(tokenizer, b));
        }
      } else {
        ids.add(id);
      }
    }
    return ids.toArray();
  }

  private static int byteToken(Tokenizer tokenizer, byte value) {
    for (int id = 0; id < tokenizer.vocab(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (bytes.length == 1 && bytes[0] == value && !tokenizer.isControl(id)) {
        return id;
      }
    }
    throw new AssertionError("no token for byte " + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden", "large"})
  void exactlyThoseTokensAreAllowedWhoseBytesTheAutomatonTakes(String vocabulary) {
    Tokenizer tokenizer = tokenizer(vocabulary);
    TokenTrie trie = TokenTrie.of(tokenizer);
    SplittableRandom random = new SplittableRandom(5);
    for (int seed = 0; seed < 40; seed++) {
      RandomSchema maker = new RandomSchema(1000 + seed);
      ObjectNode schema = maker.schema(3);
      Grammar grammar = Grammar.ofSchema(schema);
      Configurations follow = new Configurations(grammar.automaton());
      byte[] text = JsonSyntax.compact(maker.value(schema)).getBytes(StandardCharsets.UTF_8);
      TokenGrammar constraints = new TokenGrammar(grammar, trie);
      Configuration at =
          follow.step(follow.start(), Arrays.copyOf(text, random.nextInt(text.length + 1)));
      long[] allowed = constraints.tokens(at);
      for (int id = 0; id < tokenizer.vocab(); id++) {
        byte[] bytes = tokenizer.bytes(id);
        boolean fits =
            bytes.length > 0
                && !tokenizer.isControl(id)
                && !tokenizer.isEndOfGeneration(id)
                && !follow.step(at, bytes).isDead();
        assertThat((allowed[id >> 6] >> id & 1) == 1).as("token %d", id).isEqualTo(fits);
      }
    }
  }
}

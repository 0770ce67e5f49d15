package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import hanok.token.Tokenizer;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Answers in form: always valid, and everything valid that is written as usual can be said. */
class GrammarTest {
  private static final Tokenizer TOKENIZER = Vocabulary.GOLDEN;
  private static final TokenTrie TRIE = TokenTrie.of(TOKENIZER);
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static JsonNode tree(String json) {
    return JsonMapper.shared().readTree(json.replace('\'', '"'));
  }

  private static Grammar schema(String json) {
    return Grammar.ofSchema(tree(json), TRIE);
  }

  /** Whether a grammar takes a text, however it is cut into tokens. */
  private static boolean takes(Grammar grammar, String text) {
    Configuration at =
        grammar.configurations().step(grammar.configurations().start(), text.getBytes(UTF_8));
    return at.complete;
  }

  private static boolean begins(Grammar grammar, String text) {
    return !grammar
        .configurations()
        .step(grammar.configurations().start(), text.getBytes(UTF_8))
        .isDead();
  }

  @Test
  void answersToThreeHundredSchemasAreAlwaysValid() {
    int finished = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      ObjectNode schema = new RandomSchema(random).whole();
      Schema oracle = REGISTRY.getSchema(schema.toString(), InputFormat.JSON);
      Grammar grammar = Grammar.ofSchema(schema, TRIE);
      for (int i = 0; i < 3; i++) {
        String answer = Vocabulary.answer(grammar, TOKENIZER, random, 600);
        if (answer != null) {
          finished++;
          List<Error> errors = oracle.validate(answer, InputFormat.JSON);
          assertThat(errors).as("seed %d: %s of %s", seed, answer, schema).isEmpty();
        }
      }
    }
    assertThat(finished).isGreaterThan(600);
  }

  @Test
  void anyJsonObjectIsWellFormedAndSoIsItsText() {
    Grammar grammar = Grammar.json(TRIE);
    int finished = 0;
    for (int seed = 0; seed < 200; seed++) {
      String answer = Vocabulary.answer(grammar, TOKENIZER, new Random(seed), 300);
      if (answer != null) {
        finished++;
        assertThat(JsonMapper.shared().readTree(answer).isObject()).isTrue();
        assertThat(answer).doesNotContain("\uFFFD");
      }
    }
    assertThat(finished).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1}",
        "{\"a\": [1, 2, {\"b\": null}], \"c\": \"가\\n\\u00e9\"}",
        "{\n  \"a\": 1.5e10,\n  \"b\": [\n    true,\n    false\n  ]\n}",
        "{\"x\":-0.25}",
        "{\"s\":\"\\ud83d\\ude00 😀\"}",
        "{\"\":\"\"}",
        "{\"a\":[]}",
        "{\"a\": {}}"
      })
  void takesJsonAsItIsUsuallyWritten(String json) {
    assertThat(takes(Grammar.json(TRIE), json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\n\"}",
        "{\"a\" :1}",
        "{\"a\":  1}",
        "{  \"a\":1}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"s\":\"\\ud83d\"}",
        "{\"s\":\"\\ude00\"}",
        "{\"a\":NaN}",
        "{\"a\":1}}"
      })
  void refusesWhatIsNoJsonOrHasTooMuchSpace(String json) {
    assertThat(takes(Grammar.json(TRIE), json)).isFalse();
  }

  @Test
  void keepsIntegersWithinTheirBounds() {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int low = random.nextInt(4001) - 2000;
      int high = low + random.nextInt(1 + random.nextInt(1500));
      Grammar grammar = schema("{'type':'integer','minimum':%d,'maximum':%d}".formatted(low, high));
      for (int value = low - 30; value <= high + 30; value += 1 + random.nextInt(7)) {
        assertThat(takes(grammar, Integer.toString(value)))
            .as("%d in [%d, %d]", value, low, high)
            .isEqualTo(value >= low && value <= high);
      }
      assertThat(takes(grammar, Integer.toString(low))).isTrue();
      assertThat(takes(grammar, Integer.toString(high))).isTrue();
    }
  }

  @Test
  void keepsNumbersWithinTheirBounds() {
    Grammar grammar = schema("{'type':'number','exclusiveMinimum':-2,'maximum':3}");
    for (String inside : List.of("-1.99", "-1", "-0.5", "0", "0.0", "2.999", "3", "3.00", "1")) {
      assertThat(takes(grammar, inside)).as(inside).isTrue();
    }
    for (String outside : List.of("-2", "-2.0", "-3", "3.01", "4", "03", "10")) {
      assertThat(takes(grammar, outside)).as(outside).isFalse();
    }
  }

  @Test
  void countsCodePointsNotBytes() {
    Grammar grammar = schema("{'type':'string','minLength':2,'maxLength':3}");
    assertThat(takes(grammar, "\"가나\"")).isTrue();
    assertThat(takes(grammar, "\"가나다\"")).isTrue();
    assertThat(takes(grammar, "\"😀\\n\\ud83d\\ude00\"")).isTrue();
    assertThat(takes(grammar, "\"가\"")).isFalse();
    assertThat(takes(grammar, "\"가나다라\"")).isFalse();
  }

  @Test
  void keepsPatternsAsJavaDoes() {
    List<String> patterns =
        List.of("^a+b?$", "b", "^(ab|cd)*$", "^[^a]$", "^\\d{2,3}$", "^.\\S$", "a$|^c", "^x?$");
    Random random = new Random(2);
    for (String pattern : patterns) {
      Grammar grammar =
          Grammar.ofSchema(
              JsonMapper.shared().createObjectNode().put("type", "string").put("pattern", pattern),
              TRIE);
      for (int i = 0; i < 400; i++) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
          text.append("abcdx1 가".charAt(random.nextInt(8)));
        }
        boolean expected = java.util.regex.Pattern.compile(pattern).matcher(text).find();
        assertThat(takes(grammar, "\"" + text + "\""))
            .as("%s %s", pattern, text)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void leavesOutPropertiesThatAreNotRequiredAndAddsOthersIfAllowed() {
    Grammar closed =
        schema(
            "{'properties':{'a':{'type':'null'},'b':{'type':'null'},'c':{'type':'null'}},"
                + "'required':['b']}");
    assertThat(takes(closed, "{\"b\":null}")).isTrue();
    assertThat(takes(closed, "{\"a\": null, \"b\": null, \"c\": null}")).isTrue();
    assertThat(takes(closed, "{\"b\":null,\"c\":null}")).isTrue();
    assertThat(takes(closed, "{}")).isFalse();
    assertThat(takes(closed, "{\"a\":null}")).isFalse();
    assertThat(takes(closed, "{\"b\":null,\"d\":null}")).isFalse();
    Grammar open =
        schema("{'properties':{'ab':{'type':'null'}},'additionalProperties':{'type':'integer'}}");
    assertThat(takes(open, "{\"ab\":null,\"abc\":1,\"a\":2,\"\":3}")).isTrue();
    assertThat(takes(open, "{\"x\":1}")).isTrue();
    assertThat(takes(open, "{\"ab\":1}")).isFalse();
    assertThat(takes(open, "{\"\\u0061b\":1}")).isFalse();
  }

  @Test
  void followsReferencesThatReferToThemselves() {
    Grammar list =
        schema(
            "{'$ref':'#/$defs/l','$defs':{'l':{'type':'object','properties':"
                + "{'next':{'anyOf':[{'$ref':'#/$defs/l'},{'type':'null'}]}},'required':['next']}}}");
    assertThat(takes(list, "{\"next\":{\"next\":{\"next\":null}}}")).isTrue();
    assertThat(takes(list, "{\"next\":1}")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> schema("{'type':'object','properties':{'a':{'$ref':'#'}},'required':['a']}"))
        .withMessageContaining("no value fits the schema");
  }

  @Test
  void joinsWhatAllOfLists() {
    Grammar both =
        schema(
            "{'allOf':[{'type':'object','properties':{'a':{'type':'null'}},'required':['a']},"
                + "{'properties':{'b':{'type':'boolean'}},'required':['b']}]}");
    assertThat(takes(both, "{\"a\":null,\"b\":true}")).isTrue();
    assertThat(takes(both, "{\"a\":null}")).isFalse();
  }

  @Test
  void saysTextOrCallsOneOfTheFunctions() {
    Grammar.Tool weather =
        new Grammar.Tool(
            "weather",
            tree("{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}"));
    Grammar.Tool now = new Grammar.Tool("now", tree("{'type':'object','properties':{}}"));
    Grammar either = Grammar.textOrCall(List.of(weather, now), TRIE);
    assertThat(takes(either, "안녕 {\"a\":1}\n")).isTrue();
    assertThat(takes(either, "")).isTrue();
    assertThat(takes(either, "{\"name\": \"weather\", \"arguments\": {\"city\": \"서울\"}}"))
        .isTrue();
    assertThat(takes(either, "{\"name\":\"now\",\"arguments\":{}}")).isTrue();
    assertThat(begins(either, "{\"name\":\"now\",\"arguments\":{\"c")).isFalse();
    assertThat(begins(either, "{\"x")).isFalse();
    Grammar must = Grammar.call(List.of(now), TRIE);
    assertThat(begins(must, "안")).isFalse();
    assertThat(takes(must, "{\"name\":\"now\",\"arguments\":{}}")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'not':{}}",
        "{'type':'objekt'}",
        "{'type':'string','pattern':'(?=a)'}",
        "{'type':'string','pattern':'(a'}",
        "{'type':'string','pattern':'((((a{999}){999}){999}){999})'}",
        "{'type':'array','uniqueItems':true}",
        "{'$ref':'http://x/y'}",
        "{'$ref':'#/nowhere'}",
        "{'$ref':'#'}",
        "{'type':'integer','minimum':3,'maximum':2}",
        "{'enum':[]}",
        "{'type':'number','minimum':0.5}",
        "{'type':'string','minLength':-1}",
        "{'type':'string','minLength':3,'maxLength':2}",
        "{'type':'array','minItems':1000000000}",
        "{'required':['a'],'properties':{},'type':'object'}",
        "{'enum':['a'],'type':'integer'}",
        "false",
        "3",
        "{'type':'integer','multipleOf':0.5}",
        "{'properties':3}"
      })
  void refusesInOneSentenceWhatItCannotKeep(String schema) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schema(schema))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void refusesSchemasThatAreTooLarge() {
    ObjectNode many = JsonMapper.shared().createObjectNode();
    var values = many.putArray("enum");
    for (int i = 0; i < 1_000_000; i++) {
      values.add(i);
    }
    refuses(many);
    ObjectNode deep = JsonMapper.shared().createObjectNode();
    ObjectNode at = deep;
    for (int i = 0; i < 10_000; i++) {
      at.put("type", "array");
      at = at.putObject("items");
    }
    refuses(deep);
    ObjectNode wide = JsonMapper.shared().createObjectNode().put("type", "object");
    ObjectNode properties = wide.putObject("properties");
    for (int i = 0; i < 100_000; i++) {
      properties.putObject("p" + i).put("type", "string").put("maxLength", 1000);
    }
    refuses(wide);
  }

  private static void refuses(JsonNode schema) {
    assertThatIllegalArgumentException().isThrownBy(() -> Grammar.ofSchema(schema, TRIE));
  }

  @Test
  void allowsTheEndExactlyWhereTheTextMayEnd() {
    Constraint constraint = new Constraint(schema("{'const':12}"));
    int end = endOfGeneration();
    for (byte b : "12".getBytes(UTF_8)) {
      assertThat(isAllowed(constraint, end)).isFalse();
      accept(constraint, b);
    }
    assertThat(isAllowed(constraint, end)).isTrue();
    assertThat(constraint.mayEnd()).isTrue();
    for (int id = 0; id < TOKENIZER.vocab(); id++) {
      assertThat(isAllowed(constraint, id)).isEqualTo(TOKENIZER.isEndOfGeneration(id));
    }
  }

  private static int endOfGeneration() {
    int id = 0;
    while (!TOKENIZER.isEndOfGeneration(id)) {
      id++;
    }
    return id;
  }

  private static boolean isAllowed(Constraint constraint, int id) {
    return (constraint.allowed()[id >> 6] >>> id & 1) != 0;
  }

  private static void accept(Constraint constraint, byte b) {
    for (int id = 0; id < TOKENIZER.vocab(); id++) {
      byte[] bytes = TOKENIZER.bytes(id);
      if (bytes.length == 1 && bytes[0] == b && !TOKENIZER.isControl(id)) {
        constraint.accept(id);
        return;
      }
    }
    throw new AssertionError("no token is this byte");
  }

  /** The mask is what trying each token by itself gives. */
  @Test
  void masksAreThoseOfEachTokenByItself() {
    Grammar grammar = schema("{'type':'object','properties':{'이름':{'type':'string'}}}");
    Random random = new Random(3);
    Constraint constraint = new Constraint(grammar);
    Configuration at = grammar.configurations().start();
    for (int step = 0; step < 60; step++) {
      long[] allowed = constraint.allowed();
      @Nullable Configuration next = null;
      int chosen = -1;
      for (int id = 0; id < TOKENIZER.vocab(); id++) {
        boolean text = !TOKENIZER.isControl(id) && TOKENIZER.bytes(id).length > 0;
        Configuration after = text ? grammar.configurations().step(at, TOKENIZER.bytes(id)) : null;
        boolean fits = after != null && !after.isDead();
        boolean end = TOKENIZER.isEndOfGeneration(id) && at.complete;
        assertThat((allowed[id >> 6] >>> id & 1) != 0).as("%d", id).isEqualTo(fits || end);
        if (fits && (chosen < 0 || random.nextInt(20) == 0)) {
          chosen = id;
          next = after;
        }
      }
      if (next == null) {
        return;
      }
      constraint.accept(chosen);
      at = next;
    }
  }
}

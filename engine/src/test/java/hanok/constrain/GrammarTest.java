package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hanok.token.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GrammarTest {
  private static final List<Tool> TOOLS =
      List.of(
          new Tool(
              "weather",
              json(
                  """
                  {"type": "object", "properties": {"city": {"type": "string"}},
                   "required": ["city"]}\
                  """)),
          new Tool(
              "더하기",
              json(
                  """
                  {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"},
                   "b": {"$ref": "#/$defs/n"}}, "required": ["a", "b"],
                   "$defs": {"n": {"type": "integer"}}}\
                  """)));

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1}",
        "{\"a\": [1, -2.5e10, \"b\\n\\u00e9\\ud83d\\ude00한글\", true, false, null, {}, []]}",
        " {\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}",
        "{\"\":\"\\/\\\"\"}",
        "{\"a\":\"\\udbff\\uDFFF\"}",
      })
  void jsonIsAnObjectWithAnythingInIt(String text) {
    assertThat(Grammar.json().matches(text)).isTrue();
    assertThat(json(text).isObject()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "",
        "{",
        "{\"a\"}",
        "{\"a\":01}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ude00\"}",
        "{\"a\":\"\\udc00\\udc00\"}",
        "{\"a\":\"\\ud83d\\u0041\"}",
        "{} ",
        "{ }",
        "  {}",
        "{\"a\":1,}",
        "{\"a\":-}",
        "{\"a\":1e999}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}"
      })
  void whatIsNoJsonObjectIsNone(String text) {
    assertThat(Grammar.json().matches(text)).isFalse();
  }

  @Test
  void randomBytesOfTextAreTakenExactlyIfTheyAreWellFormed() {
    Configurations json = new Configurations(Grammar.json().automaton());
    Configuration inString = json.step(json.start(), "{\"".getBytes(StandardCharsets.UTF_8));
    SplittableRandom random = new SplittableRandom(8);
    int wellFormed = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = new byte[random.nextInt(1, 5)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) (at == 0 ? random.nextInt(0xC0, 0x100) : random.nextInt(0x78, 0xC8));
      }
      boolean fits = isWellFormed(bytes);
      wellFormed += fits ? 1 : 0;
      Configuration behind = json.step(inString, bytes);
      boolean taken = !behind.isDead() && !json.step(behind, (byte) '"').isDead();
      boolean special = new String(bytes, StandardCharsets.ISO_8859_1).matches("(?s).*[\"\\\\].*");
      assertThat(taken).as(Arrays.toString(bytes)).isEqualTo(fits && !special);
    }
    assertThat(wellFormed).isGreaterThan(10_000);
  }

  private static boolean isWellFormed(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void whiteSpaceIsBounded() {
    Grammar json = Grammar.json();
    assertThat(json.begins("{\n" + " ".repeat(32) + "\"")).isTrue();
    for (String text :
        new String[] {
          "{\n" + " ".repeat(33),
          "{\n\n",
          "{  ",
          "{\t",
          "{\"a\" ",
          "{\"a\":  ",
          "{\"a\":\n",
          "{\"a\":1  ",
          "{\"a\":1\n\n",
          "{\"a\":1 ,",
          "{\"a\":1,  ",
          "{\"a\":1}\n",
          "\n\n"
        }) {
      assertThat(json.begins(text)).as(text).isFalse();
    }
  }

  @Test
  void nestingIsBoundedSoThatEveryAnswerCanEnd() {
    Grammar json = Grammar.json();
    int depth = 0;
    while (json.begins("{\"a\":" + "[".repeat(depth + 1))) {
      depth++;
    }
    assertThat(depth).isBetween(40, Automaton.FRAMES_MAX);
    String deepest = "{\"a\":" + "[".repeat(depth);
    assertThat(json.matches(deepest + "]".repeat(depth) + "}")).isTrue();
  }

  @Test
  void nobodyGoesSoDeepThatWhatIsRequiredLaterHasNoRoom() {
    Grammar grammar =
        Grammar.ofSchema(
            json(
                """
                {"type": "object", "required": ["next", "last"], "properties": {
                  "next": {"anyOf": [{"type": "null"}, {"$ref": "#"}]},
                  "last": {"type": "array", "minItems": 1, "items": {
                    "type": "array", "minItems": 1, "items": {
                      "type": "array", "minItems": 1, "items": {"const": 0}}}}}}\
                """));
    String opening = "{\"next\":";
    String closing = ",\"last\":[[[0]]]}";
    int depth = 1;
    while (grammar.begins(opening.repeat(depth) + "{")) {
      depth++;
    }
    assertThat(depth).isGreaterThan(40);
    String whole = opening.repeat(depth) + "null" + closing.repeat(depth);
    assertThat(grammar.matches(whole)).isTrue();
  }

  @Test
  void aCallHasTheArgumentsOfItsTool() {
    Grammar call = Grammar.call(TOOLS);
    for (String text :
        new String[] {
          "{\"name\":\"weather\",\"arguments\":{\"city\":\"서울\"}}",
          "{\"name\": \"더하기\", \"arguments\": {\"a\": 1, \"b\": -2}}",
        }) {
      assertThat(call.matches(text)).as(text).isTrue();
    }
    for (String text :
        new String[] {
          "{\"name\":\"weather\",\"arguments\":{\"a\"",
          "{\"name\":\"더하기\",\"arguments\":{\"city\"",
          "{\"name\":\"다른\"",
          "{\"arguments\"",
          "서울",
        }) {
      assertThat(call.begins(text)).as(text).isFalse();
    }
  }

  @Test
  void textIsFreeAsLongAsItIsNoBrokenCall() {
    Grammar either = Grammar.textOrCall(TOOLS);
    for (String text :
        new String[] {
          "",
          "서울은 맑습니다.",
          "\n\n- {\"a\": 1",
          " a {",
          "[1]",
          "\n {\"name\":\"weather\",\"arguments\":{\"city\":\"a\"}}",
          "{\"name\":\"weather\",\"arguments\":{\"city\":\"a\"}}"
        }) {
      assertThat(either.matches(text)).as(text).isTrue();
    }
    for (String text : new String[] {"{\"nam\"", "{x", " \n{\"a\"", "{\"name\":\"x\""}) {
      assertThat(either.begins(text)).as(text).isFalse();
    }
    assertThat(either.matches("{\"name\":\"weather\"")).isFalse();
  }

  @Test
  void toolsThatMakeNoGrammarAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Grammar.call(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Grammar.call(List.of(TOOLS.get(0), TOOLS.get(0))))
        .withMessageContaining("\"weather\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Grammar.call(List.of(new Tool("t", json("{\"type\":\"string\"}")))))
        .withMessageContaining("tool \"t\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Grammar.textOrCall(List.of(new Tool("t", json("{\"type\":\"object\",\"not\":{}}")))))
        .withMessageContaining("#/not");
  }

  @Test
  void anAnswerEndsWhereItMayAndMust() {
    Tokenizer tokenizer = Vocabularies.golden();
    TokenTrie trie = TokenTrie.of(tokenizer);
    TokenGrammar grammar =
        new TokenGrammar(Grammar.ofSchema(json("{\"type\":\"integer\",\"maximum\":99}")), trie);
    Constraint constraint = grammar.start();
    assertThat(constraint.mayEnd()).isFalse();
    assertThat(ends(constraint, tokenizer)).isFalse();
    accept(constraint, tokenizer, "4");
    assertThat(constraint.mayEnd()).isTrue();
    assertThat(constraint.mustEnd()).isFalse();
    assertThat(ends(constraint, tokenizer)).isTrue();
    accept(constraint, tokenizer, "2");
    assertThat(constraint.mustEnd()).isTrue();
    for (int id = 0; id < tokenizer.vocab(); id++) {
      assertThat((constraint.allowed()[id >> 6] >> id & 1) == 1)
          .isEqualTo(tokenizer.isEndOfGeneration(id));
    }
    constraint.accept(tokenizer.eos().getAsInt());
    assertThat(constraint.mustEnd()).isTrue();
  }

  @Test
  void aTokenThatDoesNotFitIsNotAccepted() {
    Tokenizer tokenizer = Vocabularies.golden();
    Constraint constraint = new TokenGrammar(Grammar.json(), TokenTrie.of(tokenizer)).start();
    int letter = tokenizer.encode("a")[0];
    for (int id : new int[] {letter, -1, tokenizer.vocab(), tokenizer.eos().getAsInt()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> constraint.accept(id))
          .withMessageContaining("" + id);
    }
  }

  private static boolean ends(Constraint constraint, Tokenizer tokenizer) {
    int eos = tokenizer.eos().getAsInt();
    return (constraint.allowed()[eos >> 6] >> eos & 1) == 1;
  }

  private static void accept(Constraint constraint, Tokenizer tokenizer, String text) {
    for (int id : tokenizer.encode(text)) {
      constraint.accept(id);
    }
  }
}

package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class GrammarTest {
  private static Grammar of(String schema) {
    return Grammar.ofSchema(JsonMapper.shared().readTree(schema));
  }

  @Test
  void jsonIsAnObjectWithAnythingInIt() {
    Grammar json = Grammar.json();
    for (String text :
        new String[] {
          "{}",
          "{\"a\":1}",
          "{\"a\": [1, -2.5e10, \"b\\n\\u00e9\\ud83d\\ude00한글\", true, false, null, {}, []]}",
          " {\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}",
        }) {
      assertThat(json.matches(text)).as(text).isTrue();
    }
    for (String text :
        new String[] {
          "[]", "1", "{\"a\"}", "{\"a\":01}", "{\"a\":\"\n\"}", "{\"a\":\"\\ud83d\"}", "{} ", "{ }",
          "  {}", "{\"a\":1,}", "{\"a\":-}", "{\"a\":1e999}"
        }) {
      assertThat(json.matches(text)).as(text).isFalse();
    }
  }

  @Test
  void integersAreExactlyThoseWithinTheirBounds() {
    Grammar grammar = of("{\"type\":\"integer\",\"minimum\":-17,\"exclusiveMaximum\":205}");
    for (int i = -2500; i < 2500; i++) {
      assertThat(grammar.matches("" + i)).as("" + i).isEqualTo(i >= -17 && i < 205);
    }
    assertThat(grammar.matches("-0")).isFalse();
    assertThat(grammar.matches("007")).isFalse();
  }
}

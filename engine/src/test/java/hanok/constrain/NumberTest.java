package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Bounds hold to the last digit; {@link BigDecimal} is the judge. */
final class NumberTest {
  private static ObjectNode schema(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  @Test
  void integersAreExactlyThoseWithinBoundsThatAreMultiples() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      int low = random.nextInt(-1200, 1200);
      int high = low + random.nextInt(1, 1500);
      int factor = random.nextInt(3) == 0 ? random.nextInt(1, 40) : 1;
      boolean open = random.nextBoolean();
      ObjectNode schema = schema("integer").put("multipleOf", factor).put("maximum", high);
      schema.put(open ? "exclusiveMinimum" : "minimum", low - (open ? 0.5 : 0.25));
      if (Math.floorDiv(high, factor) * factor < low) {
        continue; // nothing is between them
      }
      Configurations grammar = new Configurations(Grammar.ofSchema(schema).automaton());
      for (int value = -1300; value <= 2800; value++) {
        boolean fits = value >= low && value <= high && value % factor == 0;
        assertThat(matches(grammar, "" + value)).as("%d in %s", value, schema).isEqualTo(fits);
      }
    }
  }

  private static boolean matches(Configurations grammar, String text) {
    return grammar.step(grammar.start(), text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .complete;
  }

  @Test
  void integersHaveNoOtherSpelling() {
    Grammar grammar = Grammar.ofSchema(schema("integer"));
    for (String text : new String[] {"0", "-1", "9223372036854775807", "-9223372036854775808"}) {
      assertThat(grammar.matches(text)).as(text).isTrue();
    }
    for (String text :
        new String[] {
          "-0",
          "00",
          "01",
          "+1",
          "1.0",
          "1e3",
          "",
          "-",
          "9223372036854775808",
          "-9223372036854775809",
          "123456789012345678901234567890"
        }) {
      assertThat(grammar.matches(text)).as(text).isFalse();
    }
  }

  @Test
  void decimalsAreExactlyThoseWithinBounds() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 200; round++) {
      BigDecimal low = BigDecimal.valueOf(random.nextInt(-30_000, 30_000), random.nextInt(5));
      BigDecimal high = low.add(BigDecimal.valueOf(random.nextInt(1, 5000), random.nextInt(5)));
      boolean lowOpen = random.nextBoolean();
      boolean highOpen = random.nextBoolean();
      ObjectNode schema =
          schema("number")
              .put(lowOpen ? "exclusiveMinimum" : "minimum", low)
              .put(highOpen ? "exclusiveMaximum" : "maximum", high);
      Configurations grammar = new Configurations(Grammar.ofSchema(schema).automaton());
      for (int i = 0; i < 300; i++) {
        BigDecimal base = i % 3 == 0 ? low : i % 3 == 1 ? high : BigDecimal.ZERO;
        BigDecimal value = base.add(BigDecimal.valueOf(random.nextInt(-40, 40), random.nextInt(6)));
        boolean fits =
            value.compareTo(low) >= (lowOpen ? 1 : 0)
                && value.compareTo(high) <= (highOpen ? -1 : 0);
        assertThat(matches(grammar, value.toPlainString()))
            .as("%s in %s", value, schema)
            .isEqualTo(fits);
      }
    }
  }

  @Test
  void boundsHoldAfterRoundingToDouble() {
    Grammar grammar = Grammar.ofSchema(schema("number").put("exclusiveMaximum", 1));
    assertThat(grammar.matches("0.99999999999999")).isTrue();
    assertThat(grammar.begins("0.9999999999999999")).isFalse();
  }

  @Test
  void pricesHaveAtMostTwoDecimals() {
    Grammar grammar = Grammar.ofSchema(schema("number").put("multipleOf", 0.01).put("minimum", 0));
    assertThat(grammar.matches("12.34")).isTrue();
    assertThat(grammar.matches("12.3")).isTrue();
    assertThat(grammar.matches("12")).isTrue();
    assertThat(grammar.begins("12.345")).isFalse();
    assertThat(grammar.begins("-")).isFalse();
  }

  @Test
  void numbersAreFiniteAndOfBoundedLength() {
    Grammar grammar = Grammar.ofSchema(schema("number"));
    String longest = "9".repeat(20) + "." + "9".repeat(20) + "e+279";
    assertThat(grammar.matches(longest)).isTrue();
    assertThat(Double.parseDouble(longest)).isFinite();
    assertThat(grammar.begins("9".repeat(21))).isFalse();
    assertThat(grammar.begins("0." + "1".repeat(21))).isFalse();
    assertThat(grammar.begins("1e280")).isFalse();
    assertThat(grammar.matches("-1.5E-07")).isTrue();
  }
}

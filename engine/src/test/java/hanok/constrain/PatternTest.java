package hanok.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Patterns mean what {@code java.util.regex} says they mean. */
final class PatternTest {
  private static final String ALPHABET = "aabbc01_- .\"\\\n가힣é\uD83D\uDE00/";

  private static Configurations of(String pattern) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
    return new Configurations(Grammar.ofSchema(schema.put("pattern", pattern)).automaton());
  }

  private static boolean matches(Configurations grammar, String text) {
    byte[] bytes = JsonSyntax.quoted(text).getBytes(StandardCharsets.UTF_8);
    return grammar.step(grammar.start(), bytes).complete;
  }

  private static String text(SplittableRandom random, int most) {
    int[] alphabet = ALPHABET.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }

  private static void assertSame(String pattern, SplittableRandom random, int texts) {
    Configurations ours = of(pattern);
    Pattern theirs = Pattern.compile(pattern.replaceAll("\\$$", "\\\\z").replace("$|", "\\z|"));
    for (int i = 0; i < texts; i++) {
      String text = text(random, 7);
      assertThat(matches(ours, text))
          .as("%s on %s", pattern, text)
          .isEqualTo(theirs.matcher(text).find());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "^a",
        "a$",
        "^a$",
        "^$",
        "",
        "^a|b$",
        "a|^b|c$",
        "^(a|b)*$",
        "^[abc]{2,3}$",
        "^[^a-c]+$",
        "^a?b+c*$",
        "^(?:ab|a)(?:c|bc)$",
        "^\\w+\\s\\d$",
        "^\\D\\W\\S$",
        "^.{3}$",
        "^(a{2}){2}$",
        "^(a|b){0,3}c{1,}$",
        "^[가-힣]+$",
        "^[\\w.-]+$",
        "^[\\d\\-_]$",
        "^a{0}b$",
        "^\\u{ac00}$|^\\uac00$",
        "^[\\\\\"/]+$",
        "^\\x61\\u0062$",
        "^(a|)b$",
        "a.*b",
        "^(a*)*$",
        "^((a|b)?c){2,}",
        "^[a-]$",
        "^[-a]$",
        "^[^\\s]*$",
        "^\\.\\-\\/$",
        "^(a*?b+?)??c",
        "😀+"
      })
  void aPatternMatchesTheTextsThatItMatchesElsewhere(String pattern) {
    String java = pattern.replace("\\u{ac00}", "\\uac00");
    if (java.equals(pattern)) {
      assertSame(pattern, new SplittableRandom(3), 20_000);
    } else {
      assertThat(matches(of(pattern), "가")).isTrue();
      assertThat(matches(of(pattern), "각")).isFalse();
    }
  }

  @Test
  void randomPatternsMatchTheTextsThatTheyMatchElsewhere() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 400; i++) {
      String pattern = (random.nextBoolean() ? "^" : "") + random(random, 3);
      assertSame(random.nextBoolean() ? pattern + "$" : pattern, random, 300);
    }
  }

  private static String random(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 3)) {
      case 0 -> "a";
      case 1 -> random.nextBoolean() ? "[b가]" : "[^ab]";
      case 2 -> random.nextBoolean() ? "." : "\\d";
      case 3 -> "(?:" + random(random, depth - 1) + "|" + random(random, depth - 1) + ")";
      case 4 -> "(" + random(random, depth - 1) + ")*";
      case 5 -> "(" + random(random, depth - 1) + "){1,2}";
      default -> random(random, depth - 1) + random(random, depth - 1);
    };
  }

  @Test
  void lengthAndPatternHoldTogether() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
    schema.put("pattern", "^(가나)+다?$").put("minLength", 3).put("maxLength", 5);
    Grammar grammar = Grammar.ofSchema(schema);
    for (String text : new String[] {"가나다", "가나가나", "가나가나다"}) {
      assertThat(grammar.matches("\"" + text + "\"")).as(text).isTrue();
    }
    for (String text : new String[] {"가나", "가나가나가나", "가나가", "가가나"}) {
      assertThat(grammar.matches("\"" + text + "\"")).as(text).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a)",
        "(a",
        "[",
        "[a",
        "[b-a]",
        "*a",
        "a**",
        "a{2,1}",
        "a{",
        "a{x}",
        "(?=a)",
        "(?<name>a)",
        "(a)\\1",
        "\\bword\\b",
        "\\p{L}",
        "a^b",
        "(^a)",
        "(a$)b",
        "\\",
        "\\uD83D",
        "[[a]]",
        "(?i)a",
        "a{100000}",
        "((a{1000}){1000}){1000}",
        "(){9999}(){9999}(){9999}",
        "[a-\\d]",
        "\\x4",
        "\\u{110000}",
        "\\cA"
      })
  void whatCannotBeFollowedIsRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(pattern))
        .withMessageStartingWith("#/pattern: ");
  }

  @Test
  void aPatternThatMatchesNothingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> of("^[]$")).withMessageContaining("#");
  }

  @Test
  void deepAndLongPatternsAreRefusedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("(".repeat(900) + ")".repeat(900)))
        .withMessageContaining("more than 50 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("a".repeat(5000)))
        .withMessageContaining("5000")
        .withMessageContaining("2000");
  }
}

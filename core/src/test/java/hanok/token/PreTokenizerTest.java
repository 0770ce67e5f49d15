package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scanners against the regular expressions that they are written from. */
class PreTokenizerTest {
  private static final String CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
  private static final String SPACES = "\\s+(?!\\S)|\\s+";

  @ParameterizedTest
  @EnumSource
  void cutsAsTheRegularExpressionDoes(PreTokenizer rule) {
    Pattern pattern = pattern(rule);
    Random random = new Random(42);
    for (int i = 0; i < 30_000; i++) {
      String text = HuggingFaceOracleTest.randomText(random);
      assertThat(pieces(rule, text)).as(text).isEqualTo(matches(rule, pattern, text));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPieceOfBytesThatAreNoTextAdvances(PreTokenizer rule) {
    Random random = new Random(43);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      for (int at = 0; at < bytes.length; ) {
        int end = rule.end(bytes, at, bytes.length);
        assertThat(end).isGreaterThan(at).isLessThanOrEqualTo(bytes.length);
        at = end;
      }
    }
  }

  private static List<String> pieces(PreTokenizer rule, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < utf8.length; ) {
      int end = rule.end(utf8, at, utf8.length);
      pieces.add(new String(utf8, at, end - at, UTF_8));
      at = end;
    }
    return pieces;
  }

  private static Pattern pattern(PreTokenizer rule) {
    String modern =
        "(?i:%s)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + "|\\s*[\\r\\n]+|"
            + SPACES;
    String written =
        switch (rule) {
          case GPT2, EXAONE ->
              CONTRACTIONS + "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|" + SPACES;
          case LLAMA3 -> modern.formatted(CONTRACTIONS, "{1,3}");
          case QWEN2 -> modern.formatted(CONTRACTIONS, "");
        };
    // Java's \s is of ASCII only, and its Unicode mode would fold the case of more than letters.
    return Pattern.compile(
        written
            .replace("[^\\s", "[^\\p{IsWhite_Space}")
            .replace("\\s", "\\p{IsWhite_Space}")
            .replace("\\S", "\\P{IsWhite_Space}"));
  }

  /** Of the EXAONE rule, digits are cut out first, and what is between them is matched alone. */
  private static List<String> matches(PreTokenizer rule, Pattern pattern, String text) {
    List<String> parts =
        rule == PreTokenizer.EXAONE
            ? List.of(text.split("(?=\\p{N})|(?<=\\p{N})", -1))
            : List.of(text);
    List<String> matches = new ArrayList<>();
    for (String part : parts) {
      Matcher matcher = pattern.matcher(part);
      while (matcher.find()) {
        matches.add(matcher.group());
      }
    }
    return matches;
  }
}

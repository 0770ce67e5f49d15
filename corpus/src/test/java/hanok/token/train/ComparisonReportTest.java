package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonReportTest {
  private static final String HOSTILE = "<script>alert('x')</script>&\"\u0007\u001b[31m";

  private static final Score SCORE = new Score(3, 100, 60, 20, 40, 20, 5, 16, 12, 9, 1, 25, 50);
  private static final Score NO_HANGUL = new Score(1, 10, 10, 2, 5, 2, 1, 0, 0, 0, 0, 5, 50);

  private static ComparisonReport report(String name, String lang, @Nullable Long bytesMax) {
    TreeMap<String, Score> languages = new TreeMap<>();
    languages.put(lang, SCORE);
    languages.put("en", NO_HANGUL);
    List<Comparison.Entry> entries =
        List.of(
            new Comparison.Entry(name, 50, languages, SCORE),
            new Comparison.Entry("other", 50, languages, SCORE));
    List<Comparison.Overlap> overlaps = List.of(new Comparison.Overlap(name, "other", 20, 80));
    return new ComparisonReport(
        new ComparedText(List.of(name), bytesMax, 4), new Comparison(entries, overlaps));
  }

  @Test
  void thePageIsWellFormedAndWhateverIsNamedIsEscaped() throws Exception {
    String page = new String(report(HOSTILE, "<b>ko", 1000L).html(), UTF_8);
    assertThat(page)
        .doesNotContain("<script", "<b>ko", "\u0007", "\u001b")
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;", "&lt;b&gt;ko");
    // All but the void elements of the head is XML.
    String xml =
        page.replace("<!doctype html>", "").replaceAll("<meta[^>]*>", "").replace("<br>", "");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
  }

  @Test
  void thePageNeedsNothingElseAndIsInBothLanguages() {
    String page = new String(report("tokenizer", "ko", null).html(), UTF_8);
    assertThat(page)
        .doesNotContainIgnoringCase("http", "url(", "@import", "src=", "href=", "<link");
    assertThat(page).contains("prefers-color-scheme: dark", "<svg");
    for (Metric metric : Metric.values()) {
      assertThat(page).contains(metric.korean(), metric.english());
    }
  }

  @Test
  void barsAreAsLongAsTheirValues() {
    Score half = new Score(3, 100, 60, 20, 20, 20, 5, 16, 12, 9, 0, 25, 50);
    String chart =
        BarChart.of(
            Metric.TOKENS_PER_WORD,
            List.of("two", "one"),
            new TreeMap<>(Map.of("ko", List.of(SCORE, half))));
    assertThat(chart).contains("width=\"450.0\"", "width=\"225.0\"", "2.000", "1.000");
    String none =
        BarChart.of(
            Metric.MORPHEME_RECALL,
            List.of("none"),
            new TreeMap<>(Map.of("en", List.of(NO_HANGUL))));
    assertThat(none).contains("width=\"0.0\"", ">-</text>").doesNotContain("NaN");
  }

  @Test
  void jsonSaysTheNumbersAndNullForThoseThatAreNone() {
    JsonNode root = JsonMapper.shared().readTree(report(HOSTILE, "ko", 1000L).json());
    assertThat(root.at("/text/limit_bytes").asLong()).isEqualTo(1000);
    assertThat(root.at("/tokenizers/0/name").asString()).isEqualTo(HOSTILE);
    JsonNode korean = root.at("/tokenizers/0/languages/ko");
    assertThat(korean.path("tokens_per_word").asDouble()).isEqualTo(2);
    assertThat(korean.path("bytes_per_token").asDouble()).isEqualTo(2.5);
    assertThat(korean.path("characters_per_token").asDouble()).isEqualTo(1.5);
    assertThat(korean.path("words_whole").asDouble()).isEqualTo(0.25);
    assertThat(korean.path("morpheme_precision").asDouble()).isEqualTo(9 / 16.0);
    assertThat(korean.path("morpheme_recall").asDouble()).isEqualTo(0.75);
    assertThat(korean.path("vocabulary_used").asDouble()).isEqualTo(0.5);
    assertThat(korean.path("round_trip_failures").asLong()).isEqualTo(1);
    assertThat(root.at("/tokenizers/0/languages/en/morpheme_precision").isNull()).isTrue();
    assertThat(root.at("/overlaps/0/jaccard").asDouble()).isEqualTo(0.25);
  }
}

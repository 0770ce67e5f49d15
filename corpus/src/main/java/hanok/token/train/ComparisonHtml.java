package hanok.token.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A comparison as one page of HTML, in Korean and English. It follows the reader's choice of light
 * or dark. Whatever comes from outside, such as names, is escaped.
 */
final class ComparisonHtml {
  /** How many tokenizers have a color of their own. */
  static final int COLORS = 8;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
        --paper: #fff; --card: #f6f8fa; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1;
        --line: #3d444d; --paper: #0d1117; --card: #151b23; } }
      body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: var(--ink);
        background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
      h1 span, h2 span, th span { color: var(--soft); font-weight: normal; }
      p, li { color: var(--soft); }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; }
      th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: right; }
      th { vertical-align: bottom; font-weight: 600; word-break: keep-all; }
      th:first-child, td:first-child { text-align: left;
        min-width: 9rem; overflow-wrap: anywhere; }
      th span { display: block; }
      svg { width: 100%; max-width: 760px; background: var(--card); border-radius: 6px; }
      svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
      svg .lang { font-weight: 600; } svg .name, svg .value { fill: var(--soft); }
      .c0 { fill: #4f86c6; } .c1 { fill: #e08e45; } .c2 { fill: #58a55c; } .c3 { fill: #c2577a; }
      .c4 { fill: #8a6fc0; } .c5 { fill: #3aa6a6; } .c6 { fill: #a8894d; } .c7 { fill: #7d8794; }
      """;

  private final ComparedText text;
  private final Comparison comparison;
  private final List<String> names;
  private final StringBuilder html = new StringBuilder();

  ComparisonHtml(ComparedText text, Comparison comparison) {
    this.text = text;
    this.comparison = comparison;
    names = comparison.entries().stream().map(Comparison.Entry::name).toList();
  }

  String page() {
    html.append("<!doctype html>\n<html lang=\"ko\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    html.append("<title>토크나이저 비교 · Tokenizers compared</title>\n<style>\n");
    html.append(STYLE).append("</style>\n</head>\n<body>\n");
    heading("h1", "토크나이저 비교", "Tokenizers compared");
    source();
    Map<String, List<Score>> groups = groups();
    groups.forEach(this::table);
    for (Metric metric : Metric.values()) {
      if (metric != Metric.ROUND_TRIP_FAILURES) {
        heading("h2", metric.korean(), metric.english());
        html.append(BarChart.of(metric, names, groups));
      }
    }
    overlaps();
    notes();
    return html.append("</body>\n</html>\n").toString();
  }

  private void heading(String tag, String korean, String english) {
    html.append("<%s>%s <span lang=\"en\">%s</span></%s>\n".formatted(tag, korean, english, tag));
  }

  private void source() {
    html.append("<p>").append(escaped(String.join(", ", text.files())));
    if (!comparison.entries().isEmpty()) {
      Score total = comparison.entries().getFirst().total();
      html.append(
          String.format(
              Locale.ROOT,
              "<br>문서 <span lang=\"en\">documents</span> %,d · 단어 <span"
                  + " lang=\"en\">words</span> %,d · %,d bytes",
              total.documents(),
              total.words(),
              total.bytes()));
    }
    if (text.bytesMax() != null) {
      html.append(
          String.format(
              Locale.ROOT,
              " · 표본 <span lang=\"en\">sample</span> ≤ %,d bytes, seed %d",
              text.bytesMax(),
              text.seed()));
    }
    html.append("</p>\n");
  }

  /** The scores of all tokenizers for each language; all together come last. */
  private Map<String, List<Score>> groups() {
    TreeSet<String> languages = new TreeSet<>();
    comparison.entries().forEach(entry -> languages.addAll(entry.languages().keySet()));
    Map<String, List<Score>> groups = new LinkedHashMap<>();
    for (String lang : languages) {
      List<Score> scores = new ArrayList<>();
      for (Comparison.Entry entry : comparison.entries()) {
        scores.add(Objects.requireNonNull(entry.languages().get(lang)));
      }
      groups.put(lang.isEmpty() ? "언어 미상 · not said" : lang, scores);
    }
    if (languages.size() > 1) {
      groups.put("전체 · all", comparison.entries().stream().map(Comparison.Entry::total).toList());
    }
    return groups;
  }

  private void table(String lang, List<Score> scores) {
    html.append("<h2>").append(escaped(lang)).append("</h2>\n<div class=\"wide\"><table>\n<tr>");
    cell("th", "토크나이저 <span lang=\"en\">tokenizer</span>");
    cell("th", "어휘 <span lang=\"en\">vocabulary</span>");
    cell("th", "토큰 <span lang=\"en\">tokens</span>");
    for (Metric metric : Metric.values()) {
      cell("th", metric.korean() + " <span lang=\"en\">" + metric.english() + "</span>");
    }
    html.append("</tr>\n");
    for (int i = 0; i < scores.size(); i++) {
      Score score = scores.get(i);
      html.append("<tr>");
      cell("td", escaped(names.get(i)));
      cell("td", String.format(Locale.ROOT, "%,d", score.vocab()));
      cell("td", String.format(Locale.ROOT, "%,d", score.tokens()));
      for (Metric metric : Metric.values()) {
        cell("td", metric.text(score));
      }
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
  }

  private void overlaps() {
    if (comparison.overlaps().isEmpty()) {
      return;
    }
    heading("h2", "어휘의 겹침", "overlap of the vocabularies");
    html.append("<div class=\"wide\"><table>\n<tr>");
    cell("th", "토크나이저 <span lang=\"en\">tokenizers</span>");
    cell("th", "함께 가진 토큰 <span lang=\"en\">tokens in common</span>");
    cell("th", "모든 토큰 <span lang=\"en\">tokens of either</span>");
    cell("th", "자카드 지수 <span lang=\"en\">Jaccard index</span>");
    html.append("</tr>\n");
    for (Comparison.Overlap overlap : comparison.overlaps()) {
      html.append("<tr>");
      cell("td", escaped(overlap.first()) + " ∩ " + escaped(overlap.second()));
      cell("td", String.format(Locale.ROOT, "%,d", overlap.common()));
      cell("td", String.format(Locale.ROOT, "%,d", overlap.either()));
      cell("td", String.format(Locale.ROOT, "%.3f", overlap.jaccard()));
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
  }

  private void notes() {
    heading("h2", "읽는 법", "how to read this");
    html.append(
        """
        <ul>
        <li>단어는 공백으로 나뉜 것입니다. 통째로 남은 단어는 그 안에서 토큰이 끝나지 않은 단어입니다.
        <span lang="en">Words are what white space parts; a word is kept whole if no token ends
        within it.</span></li>
        <li>형태소 경계는 Nori(mecab-ko-dic)가 단어를 나눈 곳 가운데 두 한글 음절 사이인 것입니다. 정밀도는 이어진
        한글 안의 토큰 경계 가운데 형태소 경계인 것의 비율, 재현율은 형태소 경계 가운데 토큰 경계인 것의 비율입니다.
        <span lang="en">Morpheme cuts are where Nori (mecab-ko-dic) cuts words between two Hangul
        syllables. Precision: how many cuts of tokens within runs of Hangul are such; recall: how
        many of such are cuts of tokens.</span></li>
        <li>되돌리지 못한 문서는 토큰을 이어 붙여도 같은 바이트가 되지 않는 문서입니다.
        <span lang="en">Documents not restored are those whose tokens do not spell their very
        bytes.</span></li>
        </ul>
        """);
  }

  private void cell(String tag, String content) {
    html.append('<').append(tag).append('>').append(content);
    html.append("</").append(tag).append('>');
  }

  static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return safe.toString();
  }
}

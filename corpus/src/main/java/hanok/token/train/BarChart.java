package hanok.token.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bars of one metric as SVG: a group for each language, a bar for each tokenizer, from zero to the
 * largest of all.
 */
final class BarChart {
  private static final int WIDTH = 760;
  private static final int LABEL = 230;
  private static final int VALUE = 80;
  private static final int ROW = 22;
  private static final int GAP = 14;
  private static final int LABEL_CHARS_MAX = 30;

  private final Metric metric;
  private final StringBuilder svg = new StringBuilder();
  private int y = GAP / 2;

  private BarChart(Metric metric) {
    this.metric = metric;
  }

  /**
   * @param groups the scores of the tokenizers, in their order, for each language
   */
  static String of(Metric metric, List<String> names, Map<String, List<Score>> groups) {
    return new BarChart(metric).draw(names, groups);
  }

  private String draw(List<String> names, Map<String, List<Score>> groups) {
    double largest =
        groups.values().stream()
            .flatMap(List::stream)
            .mapToDouble(metric::of)
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(0);
    groups.forEach((lang, scores) -> {
      text(0, "lang", "start", lang);
      for (int i = 0; i < scores.size(); i++) {
        bar(names.get(i), i, scores.get(i), largest);
      }
      y += GAP;
    });
    String title = ComparisonHtml.escaped(metric.korean() + ", " + metric.english());
    return "<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\">\n%s</svg>\n"
        .formatted(title, WIDTH, y, svg);
  }

  private void bar(String name, int tokenizer, Score score, double largest) {
    text(LABEL - 8, "name", "end", shortened(name));
    double value = metric.of(score);
    double width = largest > 0 && value > 0 ? value / largest * (WIDTH - LABEL - VALUE) : 0;
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"c%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\">",
            tokenizer % ComparisonHtml.COLORS,
            LABEL,
            y + 3,
            width,
            ROW - 6));
    String told = name + ": " + metric.text(score);
    svg.append("<title>").append(ComparisonHtml.escaped(told)).append("</title></rect>\n");
    text(LABEL + (int) width + 6, "value", "start", metric.text(score));
    y += ROW;
  }

  private void text(int x, String style, String anchor, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
            .formatted(style, x, y + ROW - 7, anchor, ComparisonHtml.escaped(text)));
  }

  /** Long names keep their end, which tells folders apart. */
  private static String shortened(String name) {
    int length = name.codePointCount(0, name.length());
    return length <= LABEL_CHARS_MAX
        ? name
        : "…" + name.substring(name.offsetByCodePoints(0, length - LABEL_CHARS_MAX + 1));
  }
}

package hanok.train.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A page about a run that needs nothing but itself: what it was told, its curves, and what the
 * model said on the way. No scripts, nothing loaded; light or dark as the reader has it.
 */
public final class HtmlReport {
  /** Titles, each with what the names of its curves begin with. */
  private static final SequencedMap<String, String> CHARTS = new LinkedHashMap<>();

  static {
    CHARTS.put("Loss · 손실 (nats)", Metrics.LOSS);
    CHARTS.put("Bits per byte, held out · 바이트당 비트", Metrics.BITS_PER_BYTE);
    CHARTS.put("Loss, held out · 검증 손실 (nats)", Metrics.VALID_LOSS);
    CHARTS.put("Learning rate · 학습률", Metrics.LEARNING_RATE);
    CHARTS.put("Gradient norm · 기울기 크기", Metrics.GRADIENT_NORM);
    CHARTS.put("Tokens a second · 초당 토큰", Metrics.TOKENS_PER_SECOND);
  }

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>{title}</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
             padding: 0 1rem; }
      table { border-collapse: collapse; }
      th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; }
      th { font-weight: 600; white-space: nowrap; }
      figure { margin: 1.5rem 0; }
      figcaption { font-weight: 600; }
      svg { width: 100%; height: auto; }
      svg text { font-size: 11px; fill: currentColor; opacity: .7; }
      .grid { stroke: currentColor; opacity: .15; }
      polyline { fill: none; stroke: currentColor; stroke-width: 1.5; }
      .c0 { color: #3b7dd8; } .c1 { color: #d8663b; } .c2 { color: #2f9e6e; }
      .c3 { color: #a355c9; } .c4 { color: #b58a00; } .c5 { color: #7a7a7a; }
      .legend { margin: 0; } .legend span { margin-right: 1rem; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0 1rem;
            padding: .5rem .8rem; border-left: 3px solid #3b7dd8; }
      </style>
      </head>
      <body>
      <h1>{title}</h1>
      """;

  private HtmlReport() {}

  /**
   * Writes the page, whole or not at all.
   *
   * @param facts what the run was told and what came of it, in the order to show
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(
      Path file, String title, SequencedMap<String, String> facts, History history) {
    AtomicFile.write(file, html(title, facts, history).getBytes(UTF_8));
  }

  static String html(String title, SequencedMap<String, String> facts, History history) {
    StringBuilder page = new StringBuilder(HEAD.replace("{title}", Chart.escape(title)));
    page.append("<table>\n");
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      page.append(
          "<tr><th>%s</th><td>%s</td></tr>\n"
              .formatted(Chart.escape(fact.getKey()), Chart.escape(fact.getValue())));
    }
    page.append("</table>\n");
    for (Map.Entry<String, String> chart : CHARTS.entrySet()) {
      List<Chart.Curve> curves = curves(history.metrics(), chart.getValue());
      if (!curves.isEmpty()) {
        page.append(new Chart(chart.getKey(), curves).svg());
      }
    }
    samples(page, history.samples());
    return page.append("</body>\n</html>\n").toString();
  }

  private static List<Chart.Curve> curves(List<Metrics> metrics, String prefix) {
    Set<String> names = new LinkedHashSet<>();
    for (Metrics one : metrics) {
      one.values().keySet().stream().filter(name -> name.startsWith(prefix)).forEach(names::add);
    }
    List<Chart.Curve> curves = new ArrayList<>();
    for (String name : names) {
      List<Metrics> measured =
          metrics.stream().filter(one -> Double.isFinite(one.value(name))).toList();
      if (!measured.isEmpty()) {
        double[] steps = measured.stream().mapToDouble(Metrics::step).toArray();
        double[] values = measured.stream().mapToDouble(one -> one.value(name)).toArray();
        String label = name.substring(name.lastIndexOf('/') + 1).replace('_', ' ');
        curves.add(new Chart.Curve(label, steps, values).thinned());
      }
    }
    return curves;
  }

  private static void samples(StringBuilder page, List<Sample> samples) {
    if (samples.isEmpty()) {
      return;
    }
    page.append("<h2>Samples · 예문</h2>\n");
    for (Sample sample : samples) {
      page.append(
          "<p>step %d: <b>%s</b></p>\n<pre>%s</pre>\n"
              .formatted(
                  sample.step(), Chart.escape(sample.prompt()), Chart.escape(sample.text())));
    }
  }
}

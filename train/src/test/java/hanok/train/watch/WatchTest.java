package hanok.train.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class WatchTest {
  @TempDir Path folder;

  private static Metrics loss(long step) {
    return new Metrics(step).with(Metrics.LOSS, 1.0 / step);
  }

  @Test
  void aDiaryIsReadAsItWasWritten() {
    Path file = folder.resolve("metrics.jsonl");
    Metrics full =
        new Metrics(7)
            .with(Metrics.LOSS, 2.5)
            .with(Metrics.GRADIENT_NORM, Double.POSITIVE_INFINITY)
            .with(Metrics.BITS_PER_BYTE + "ko", 1e-9);
    Sample sample = new Sample(7, "안녕\n\"하세요\"", "네, \u2028 </script>");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.add(full);
      log.add(sample);
    }
    History history = MetricsLog.read(file);
    assertThat(history.samples()).containsExactly(sample);
    Metrics read = history.metrics().getFirst();
    assertThat(read.step()).isEqualTo(7);
    assertThat(read.values().keySet()).containsExactlyElementsOf(full.values().keySet());
    assertThat(read.value(Metrics.LOSS)).isEqualTo(2.5);
    assertThat(read.value(Metrics.GRADIENT_NORM)).isNaN();
    assertThat(read.value(Metrics.BITS_PER_BYTE + "ko")).isEqualTo(1e-9);
  }

  @Test
  void everyLineIsInTheFileAtOnce() {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      for (int step = 1; step < 5; step++) {
        log.add(loss(step));
        assertThat(MetricsLog.read(file).metrics()).hasSize(step);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "4, 4", "10, 10", "25, 10"})
  void aResumedDiaryLosesWhatIsBehindItsCheckpoint(long resumedAt, int left) throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      for (int step = 1; step <= 10; step++) {
        log.add(loss(step));
        log.add(new Sample(step, "a", "b"));
      }
    }
    Files.writeString(file, "{\"step\": 11, \"train/lo", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.open(file, resumedAt)) {
      log.add(loss(99));
    }
    History history = MetricsLog.read(file);
    assertThat(history.samples()).hasSize(left);
    List<Long> steps = new ArrayList<>();
    for (long step = 1; step <= left; step++) {
      steps.add(step);
    }
    steps.add(99L);
    assertThat(history.metrics().stream().map(Metrics::step)).isEqualTo(steps);
  }

  @Test
  void aStepIsALine() {
    Metrics metrics =
        new Metrics(250)
            .with(Metrics.LOSS, 3.21449)
            .with(Metrics.BITS_PER_BYTE + "ko", 1.2344)
            .with(Metrics.LEARNING_RATE, 3e-4)
            .with(Metrics.GRADIENT_NORM, 0.8714)
            .with(Metrics.TOKENS_PER_SECOND, 5713.2)
            .with(Metrics.UTILISATION, 0.312)
            .with(Metrics.MEMORY_BYTES, 1.21e9)
            .with(Metrics.SKIPPED, 2);
    assertThat(StatusLine.of(metrics, 10_000, 3 * 86_400 + 3723))
        .isEqualTo(
            "step   250/10000 | loss 3.2145 | bpb ko 1.2344 | lr 3.00e-04 | norm 0.871"
                + " | 5,713 tok/s | MFU 31.2 % | 1.21 GB | skipped 2 | ETA 3d 1:02:03");
    assertThat(StatusLine.of(new Metrics(1), 5, Double.NaN)).isEqualTo("step 1/5");
    assertThat(StatusLine.of(new Metrics(1), 5, Double.POSITIVE_INFINITY)).isEqualTo("step 1/5");
  }

  @Test
  void paceIsThatOfTheLastSteps() {
    AtomicLong nanos = new AtomicLong();
    Pace pace = new Pace(nanos::get);
    assertThat(pace.tokensPerSecond()).isNaN();
    nanos.addAndGet(2_000_000_000L);
    pace.add(1000);
    assertThat(pace.tokensPerSecond()).isCloseTo(500, within(1e-9));
    for (int i = 0; i < 20; i++) {
      nanos.addAndGet(100_000_000L);
      pace.add(1000);
    }
    assertThat(pace.tokensPerSecond()).isCloseTo(10_000, within(1e-9));
    nanos.addAndGet(1_000_000_000_000L); // a measurement
    pace.restart();
    nanos.addAndGet(100_000_000L);
    pace.add(1000);
    assertThat(pace.tokensPerSecond()).isCloseTo(10_000, within(1e-9));
  }

  private static Document parse(String figure) {
    try {
      byte[] bytes = figure.getBytes(StandardCharsets.UTF_8);
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(bytes));
    } catch (Exception e) {
      throw new AssertionError(figure, e);
    }
  }

  private static List<double[]> points(Document figure, int curve) {
    Element line = (Element) figure.getElementsByTagName("polyline").item(curve);
    return Arrays.stream(line.getAttribute("points").trim().split(" "))
        .map(p -> Arrays.stream(p.split(",")).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  @Test
  void curvesAreDrawnToScale() {
    Chart chart =
        new Chart(
            "a < b",
            List.of(
                new Chart.Curve("ko", new double[] {0, 50, 100}, new double[] {4, 2, 1}),
                new Chart.Curve("en", new double[] {100}, new double[] {3})));
    Document figure = parse(chart.svg());
    List<double[]> ko = points(figure, 0);
    double[] en = points(figure, 1).getFirst();
    assertThat(ko.get(1)[0]).isCloseTo((ko.get(0)[0] + ko.get(2)[0]) / 2, within(0.11));
    assertThat(ko.get(2)[0]).isEqualTo(en[0]);
    // Heights: 4, 3, 2 and 1 are equally far apart, and more is above less.
    double unit = (ko.get(2)[1] - ko.get(0)[1]) / 3;
    assertThat(unit).isPositive();
    assertThat(ko.get(1)[1]).isCloseTo(ko.get(0)[1] + 2 * unit, within(0.11));
    assertThat(en[1]).isCloseTo(ko.get(0)[1] + unit, within(0.11));
    assertThat(figure.getElementsByTagName("figcaption").item(0).getTextContent())
        .isEqualTo("a < b");
  }

  @Test
  void aCurveThatStandsStillOrIsAPointIsDrawnInside() {
    for (double value : new double[] {0, 5, -3, 1e-30, 1e30}) {
      Chart chart =
          new Chart("a", List.of(new Chart.Curve("b", new double[] {1}, new double[] {value})));
      double[] point = points(parse(chart.svg()), 0).getFirst();
      assertThat(point[0]).isBetween(0.0, 720.0);
      assertThat(point[1]).isBetween(0.0, 260.0);
    }
  }

  @Test
  void longCurvesAreThinnedWithoutLosingTheirMean() {
    double[] steps = IntStream.range(0, 100_001).asDoubleStream().toArray();
    Chart.Curve thin = new Chart.Curve("a", steps, steps).thinned();
    assertThat(thin.steps().length).isBetween(300, 600);
    assertThat(thin.steps()[thin.steps().length - 1]).isEqualTo(100_000);
    assertThat(thin.values()[0]).isCloseTo(83, within(1.0)); // of the first 167 or so
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "3, 3",
    "2.5, 2.5",
    "0.05, 0.05",
    "0.0003, 3e-04",
    "1234.6, 1235",
    "12.3456, 12.35",
    "5e6, 5e+06",
    "100, 100",
    "-0.25, -0.25"
  })
  void numbersOfAxesAreShort(double value, String text) {
    assertThat(Chart.number(value)).isEqualTo(text);
  }

  @Test
  void aReportHasFactsCurvesAndSamplesAndNothingFromElsewhere() throws IOException {
    List<Metrics> metrics = new ArrayList<>();
    for (int step = 1; step <= 20; step++) {
      Metrics one = loss(step).with(Metrics.LEARNING_RATE, 1e-3).with(Metrics.GRADIENT_NORM, 1);
      metrics.add(
          step % 10 == 0
              ? one.with(Metrics.BITS_PER_BYTE + "ko", 1.5).with(Metrics.BITS_PER_BYTE + "en", 1.2)
              : one);
    }
    metrics.add(new Metrics(21).with(Metrics.LOSS, Double.NaN));
    Path file = folder.resolve("report.html");
    HtmlReport.write(
        file,
        "run <1>",
        new LinkedHashMap<>(Map.of("model", "10m & more")),
        new History(metrics, List.of(new Sample(10, "안녕", "<script>alert(1)</script>"))));
    String page = Files.readString(file);
    assertThat(page)
        .contains("<h1>run &lt;1&gt;</h1>", "10m &amp; more", "안녕", "&lt;script&gt;")
        .doesNotContain("<script", "href=", "src=", "url(", "@import", "NaN");
    List<Document> figures = new ArrayList<>();
    for (int at = page.indexOf("<figure>"); at >= 0; at = page.indexOf("<figure>", at + 1)) {
      figures.add(parse(page.substring(at, page.indexOf("</figure>", at) + 9)));
    }
    assertThat(figures).hasSize(4); // loss, bits per byte, learning rate, gradient norm
    assertThat(points(figures.getFirst(), 0)).hasSize(20);
    assertThat(figures.get(1).getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(figures.get(1).getElementsByTagName("p").item(0).getTextContent())
        .contains("ko: 1.5", "en: 1.2");
  }
}

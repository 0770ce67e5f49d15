package hanok.train.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves over steps as SVG, to stand in a page of HTML.
 *
 * @param title above it
 * @param curves with at least a finite point each
 */
record Chart(String title, List<Curve> curves) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 260;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 14;
  private static final int BOTTOM = 26;
  private static final int TICKS = 5;
  private static final int POINTS_MAX = 600;

  /**
   * A curve; points that are not finite are left out.
   *
   * @param name for the legend
   * @param steps rising
   */
  record Curve(String name, double[] steps, double[] values) {

    /** A curve of so few points that a page stays small: means of neighbours. */
    Curve thinned() {
      int each = Math.ceilDiv(steps.length, POINTS_MAX);
      if (each <= 1) {
        return this;
      }
      int points = Math.ceilDiv(steps.length, each);
      double[] fewSteps = new double[points];
      double[] fewValues = new double[points];
      for (int i = 0; i < points; i++) {
        int to = Math.min(steps.length, (i + 1) * each);
        for (int j = i * each; j < to; j++) {
          fewValues[i] += values[j] / (to - i * each);
        }
        fewSteps[i] = steps[to - 1];
      }
      return new Curve(name, fewSteps, fewValues);
    }
  }

  /** An axis that begins and ends at round numbers. */
  private record Axis(double from, double to, double step) {
    static Axis of(double min, double max) {
      double span = max > min ? max - min : Math.max(1e-12, Math.abs(max));
      double raw = span / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double step = power;
      for (double factor : new double[] {2, 5, 10}) {
        step = step < raw ? factor * power : step;
      }
      double from = Math.floor(min / step) * step;
      double to = Math.ceil(max / step) * step;
      return new Axis(from, to > from ? to : from + step, step);
    }

    double share(double value) {
      return (value - from) / (to - from);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      int count = (int) Math.round((to - from) / step);
      for (int i = 0; i <= count; i++) {
        ticks.add(from + i * step);
      }
      return ticks;
    }
  }

  String svg() {
    Axis x = axis(curves.stream().map(Curve::steps).toList());
    Axis y = axis(curves.stream().map(Curve::values).toList());
    StringBuilder svg = new StringBuilder();
    svg.append("<figure>\n<figcaption>").append(escape(title)).append("</figcaption>\n");
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            .formatted(WIDTH, HEIGHT));
    x.ticks().forEach(tick -> verticalTick(svg, x, tick));
    y.ticks().forEach(tick -> horizontalTick(svg, y, tick));
    for (int i = 0; i < curves.size(); i++) {
      curve(svg, x, y, i);
    }
    svg.append("</svg>\n");
    legend(svg);
    return svg.append("</figure>\n").toString();
  }

  private static Axis axis(List<double[]> values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double[] some : values) {
      for (double value : some) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return Axis.of(min, max);
  }

  private static void verticalTick(StringBuilder svg, Axis axis, double tick) {
    double at = LEFT + axis.share(tick) * (WIDTH - LEFT - RIGHT);
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
                + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            at,
            TOP,
            at,
            HEIGHT - BOTTOM,
            at,
            HEIGHT - 8,
            number(tick)));
  }

  private static void horizontalTick(StringBuilder svg, Axis axis, double tick) {
    double at = height(axis, tick);
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
                + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
            LEFT,
            at,
            WIDTH - RIGHT,
            at,
            LEFT - 6,
            at + 4,
            number(tick)));
  }

  private static double height(Axis axis, double value) {
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private void curve(StringBuilder svg, Axis x, Axis y, int index) {
    Curve curve = curves.get(index);
    svg.append("<polyline class=\"c%d\" points=\"".formatted(index % 6));
    for (int i = 0; i < curve.steps().length; i++) {
      double left = LEFT + x.share(curve.steps()[i]) * (WIDTH - LEFT - RIGHT);
      svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", left, height(y, curve.values()[i])));
    }
    svg.append("\"><title>").append(escape(curve.name())).append("</title></polyline>\n");
  }

  private void legend(StringBuilder svg) {
    svg.append("<p class=\"legend\">");
    for (int i = 0; i < curves.size(); i++) {
      double[] values = curves.get(i).values();
      svg.append(
          "<span class=\"c%d\">%s: %s</span> "
              .formatted(i % 6, escape(curves.get(i).name()), number(values[values.length - 1])));
    }
    svg.append("</p>\n");
  }

  /** Four digits of a number, and no more zeros than it needs. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size < 1e-12) {
      return "0";
    }
    if (size >= 1e6 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value).replaceFirst("\\.?0*e", "e");
    }
    int digits = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

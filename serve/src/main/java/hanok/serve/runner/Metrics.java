package hanok.serve.runner;

import hanok.engine.Generation;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the server has done, for Prometheus. The names are llama.cpp's where it has them.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the text format</a>
 */
public final class Metrics {
  private static final double[] SECONDS = {
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder reusedTokens = new LongAdder();
  private final LongAdder predictedTokens = new LongAdder();
  private final LongAdder promptNanos = new LongAdder();
  private final LongAdder predictedNanos = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder left = new LongAdder();
  private final AtomicLong processing = new AtomicLong();
  private final Histogram firstToken = new Histogram();
  private final Histogram betweenTokens = new Histogram();

  /** A request is being worked on. */
  public void begin() {
    processing.incrementAndGet();
  }

  /** A request is no longer being worked on. */
  public void end() {
    processing.decrementAndGet();
  }

  /** An answer is complete. */
  public void answered(Generation.Result result) {
    answered.increment();
    promptTokens.add(result.promptTokens() - result.reusedTokens());
    reusedTokens.add(result.reusedTokens());
    predictedTokens.add(result.generatedTokens());
    promptNanos.add(result.promptNanos());
    predictedNanos.add(result.decodeNanos());
  }

  /** A request was refused because there is too much to do. */
  public void refused() {
    refused.increment();
  }

  /** A client has left before its answer was complete. */
  public void clientLeft() {
    left.increment();
  }

  /** The first piece of an answer came so long after its request. */
  public void firstToken(long nanos) {
    firstToken.add(nanos / 1e9);
  }

  /** A piece of an answer came so long after the one before. */
  public void betweenTokens(long nanos) {
    betweenTokens.add(nanos / 1e9);
  }

  /** All of it as text. */
  public String text(long waiting, int loaded) {
    StringBuilder text = new StringBuilder();
    counter(text, "prompt_tokens_total", "Prompt tokens computed.", promptTokens.sum());
    counter(text, "prompt_tokens_cached_total", "Prompt tokens reused.", reusedTokens.sum());
    counter(text, "prompt_seconds_total", "Time for prompts.", promptNanos.sum() / 1e9);
    counter(text, "tokens_predicted_total", "Tokens of answers.", predictedTokens.sum());
    counter(
        text, "tokens_predicted_seconds_total", "Time for answers.", predictedNanos.sum() / 1e9);
    counter(text, "requests_answered_total", "Answers that are complete.", answered.sum());
    counter(text, "requests_refused_total", "Requests refused: too many.", refused.sum());
    counter(text, "requests_left_total", "Clients that left early.", left.sum());
    gauge(text, "requests_processing", "Requests being worked on.", processing.get());
    gauge(text, "requests_deferred", "Requests waiting for a place.", waiting);
    gauge(text, "models_loaded", "Models in memory.", loaded);
    firstToken.write(text, "time_to_first_token_seconds", "From request to first text.");
    betweenTokens.write(text, "inter_token_seconds", "From text to text.");
    return text.toString();
  }

  private static void counter(StringBuilder text, String name, String help, Number value) {
    metric(text, name, "counter", help, value);
  }

  private static void gauge(StringBuilder text, String name, String help, Number value) {
    metric(text, name, "gauge", help, value);
  }

  private static void metric(
      StringBuilder text, String name, String type, String help, Number value) {
    text.append("# HELP hanok:%s %s\n# TYPE hanok:%s %s\n".formatted(name, help, name, type));
    text.append("hanok:%s %s\n".formatted(name, value));
  }

  /** Counts values up to some bounds. */
  private static final class Histogram {
    private final LongAdder[] counts = new LongAdder[SECONDS.length + 1];
    private final LongAdder micros = new LongAdder();

    Histogram() {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(double seconds) {
      int i = 0;
      while (i < SECONDS.length && seconds > SECONDS[i]) {
        i++;
      }
      counts[i].increment();
      micros.add((long) (seconds * 1e6));
    }

    void write(StringBuilder text, String name, String help) {
      text.append("# HELP hanok:%s %s\n# TYPE hanok:%s histogram\n".formatted(name, help, name));
      long total = 0;
      for (int i = 0; i <= SECONDS.length; i++) {
        total += counts[i].sum();
        String bound = i < SECONDS.length ? Double.toString(SECONDS[i]) : "+Inf";
        text.append("hanok:%s_bucket{le=\"%s\"} %d\n".formatted(name, bound, total));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "hanok:%s_sum %.6f\nhanok:%s_count %d\n",
              name,
              micros.sum() / 1e6,
              name,
              total));
    }
  }
}

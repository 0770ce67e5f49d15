package hanok.serve;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.LoadOptions;
import hanok.serve.runner.RunnerOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients that stream at once: every one gets its whole answer, tokens come steadily, and
 * afterwards nothing is left. {@code -Dload.seconds=60} makes it long.
 */
class LoadTest {
  private static final int CLIENTS = 64;
  private static final int SECONDS = Integer.getInteger("load.seconds", 6);

  @TempDir Path home;

  /** What one client has seen. */
  private static final class Seen {
    private final List<Long> gapsNanos = new ArrayList<>();
    private int answers;
    private int pieces;
  }

  @Test
  void sixtyFourClientsStreamSteadilyAndLeaveNothingBehind() throws Exception {
    RunnerOptions runners =
        new RunnerOptions(
            LoadOptions.DEFAULT.withThreads(2).withKeptCacheBytes(1 << 20),
            CLIENTS,
            CLIENTS,
            256,
            RunnerOptions.DEFAULT.kvType(),
            Duration.ofMinutes(5),
            1);
    try (TestServer server = TestServer.start(home, TestServer.config().withRunners(runners))) {
      load(server, 2); // the JVM warms up
      long heap = Usage.heapBytes();
      long handles = Usage.handles();
      List<Seen> seen = load(server, SECONDS);
      List<Long> gaps = new ArrayList<>();
      seen.forEach(one -> gaps.addAll(one.gapsNanos));
      gaps.sort(null);
      int answers = seen.stream().mapToInt(one -> one.answers).sum();
      System.getLogger("hanok.serve")
          .log(
              System.Logger.Level.INFO,
              "%d answers, %d pieces; between tokens: median %.1f ms, p99 %.1f ms"
                  .formatted(
                      answers,
                      seen.stream().mapToInt(one -> one.pieces).sum(),
                      gaps.get(gaps.size() / 2) / 1e6,
                      gaps.get(gaps.size() * 99 / 100) / 1e6));
      assertThat(seen).allSatisfy(one -> assertThat(one.answers).isPositive());
      assertThat(server.get("/metrics").body())
          .contains("hanok:requests_refused_total 0\n")
          .contains("hanok:requests_left_total 0\n")
          .contains("hanok:requests_deferred 0\n");
      assertThat(Usage.heapBytes() - heap).isLessThan(64L << 20);
      assertThat(Usage.handles() - handles).isLessThan(CLIENTS);
    }
  }

  private static List<Seen> load(TestServer server, int seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Future<Seen>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        clients.add(threads.submit(() -> client(server, number, end)));
      }
    }
    List<Seen> seen = new ArrayList<>();
    for (Future<Seen> client : clients) {
      seen.add(client.get());
    }
    return seen;
  }

  private static Seen client(TestServer server, int number, long end) throws Exception {
    Seen seen = new Seen();
    do {
      HttpURLConnection connection =
          (HttpURLConnection) server.uri("/api/chat").toURL().openConnection();
      connection.setDoOutput(true);
      connection
          .getOutputStream()
          .write(
              """
              {"model":"%s","messages":[{"role":"user","content":"%d번 손님 %d"}],
               "logprobs":true,"options":{"num_predict":100,"temperature":1}}
              """
                  .formatted(TestServer.MODEL, number, seen.answers)
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(connection.getResponseCode()).isEqualTo(200);
      String last = "";
      long before = 0;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          long now = System.nanoTime();
          if (before != 0 && isOneToken(line)) {
            seen.gapsNanos.add(now - before);
          }
          before = now;
          seen.pieces++;
          last = line;
        }
      }
      assertThat(last).contains("\"done\":true").contains("\"done_reason\"");
      seen.answers++;
    } while (System.nanoTime() < end);
    return seen;
  }

  /** A piece that had to wait for the rest of a character says nothing of the time of a token. */
  private static boolean isOneToken(String line) {
    int first = line.indexOf("\"logprob\":");
    return first >= 0 && first == line.lastIndexOf("\"logprob\":");
  }
}

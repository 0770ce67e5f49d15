package hanok.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two readers would understand differently are refused. */
class HttpSmugglingTest {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  @TempDir static Path home;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/show HTTP/1.1\nHost: localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n",
        "POST /api/show HTTP/1.1\nHost: localhost\nContent-Length: 2\nContent-Length: 3\n\n{}",
        "POST /api/show HTTP/1.1\nHost: localhost\nContent-Length: -1\n\n{}",
        "POST /api/show HTTP/1.1\nHost: localhost\nContent-Length: 99999999999999999999\n\n{}",
        "GET /api/version HTTP/1.1\n\n",
        "GET /api/version HTTP/1.1\nHost: localhost\nHost: evil.example\n\n",
        "GET  /api/version HTTP/1.1\nHost: localhost\n\n",
        "GARBAGE\n\n"
      })
  void ambiguousRequestsAreRefused(String request) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      String answer = client.send(request).read(LIMIT);
      assertThat(answer).matches("(?s)HTTP/1.1 (400|403|413).*|");
      assertThat(answer).doesNotContain("200 OK");
    }
  }

  @Test
  void aHugeHeadIsRefused() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      String answer =
          client
              .send("GET /api/version HTTP/1.1\nHost: localhost\nX: " + "x".repeat(200_000))
              .send("\n\n")
              .read(LIMIT);
      assertThat(answer).startsWith("HTTP/1.1 4");
    } catch (IOException e) {
      assertThat(e).hasMessageMatching(".*(reset|Broken pipe|closed).*"); // before it was whole
    }
  }

  @Test
  void requestsInOnePacketAreAnsweredInOrder() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      String get = "GET %s HTTP/1.1\nHost: localhost\n\n";
      String answers =
          client.send(get.formatted("/api/version") + get.formatted("/health")).read(LIMIT);
      assertThat(answers.indexOf("version")).isPositive();
      assertThat(answers.indexOf("\"status\":\"ok\"")).isGreaterThan(answers.indexOf("version"));
    }
  }
}

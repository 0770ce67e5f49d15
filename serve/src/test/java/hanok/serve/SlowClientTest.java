package hanok.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that dawdle, do not read, or leave: none of them holds anything up for long. */
class SlowClientTest {
  @TempDir static Path home;
  private static TestServer server;

  @BeforeAll
  static void start() {
    Duration limit = Duration.ofSeconds(2);
    ServerConfig config = TestServer.config().withLimits(limit, limit, limit, limit);
    server = TestServer.withSlowModel(home, config);
    server.post("/api/generate", "{'model':'slow','keep_alive':-1}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A request for an answer that takes many seconds; what would end it is forbidden. */
  private static String longAnswer(boolean stream) {
    return ("{'model':'slow','prompt':'가','max_tokens':2000,'temperature':0,'stream':%b,"
            + "'logit_bias':{%s}}")
        .formatted(stream, TestServer.ENDLESS);
  }

  private static long metric(String name) {
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("hanok:" + name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  /** Waits until only the request that asks is being worked on. */
  private static boolean idleWithin(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (metric("requests_processing") <= 1) {
        return true;
      }
      Thread.sleep(20);
    }
    return false;
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send("POST /api/chat HTTP/1.1\nHost: localhost\nContent-Length: 1000\n\n{");
      assertThat(client.closedWithin(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(idleWithin(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aBodyThatTricklesIsNotWaitedFor() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send("POST /api/chat HTTP/1.1\nHost: localhost\nContent-Length: 1000\n\n");
      boolean closed = false;
      for (int i = 0; i < 100 && !closed; i++) {
        try {
          client.send(" ");
        } catch (IOException e) {
          closed = true;
        }
        closed = closed || client.closedWithin(Duration.ofMillis(100));
      }
      assertThat(closed).isTrue();
    }
  }

  @Test
  void aHeadThatDoesNotEndIsNotWaitedFor() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send("GET /api/version HTTP/1.1\nHost: localhost\nX-Slow: ");
      assertThat(client.closedWithin(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aClientThatLeavesInAStreamFreesItsPlace() throws Exception {
    long left = metric("requests_left_total");
    for (boolean stream : new boolean[] {true, false}) {
      RawClient client = new RawClient(server.port());
      client.post("/v1/completions", longAnswer(stream));
      client.readUntil(stream ? "data: {" : "\r\n\r\n", Duration.ofSeconds(20));
      client.drop();
      assertThat(idleWithin(Duration.ofSeconds(3))).isTrue();
    }
    assertThat(metric("requests_left_total")).isGreaterThan(left);
  }

  /** Sixteen answers with many probabilities are more than the sockets between us hold. */
  @Test
  void aClientThatDoesNotReadIsNotWaitedFor() throws Exception {
    Path model = TestServer.GOLDEN.resolve(TestServer.MODEL + ".gguf");
    Duration limit = Duration.ofSeconds(2);
    ServerConfig config = TestServer.config().withLimits(limit, limit, limit, limit);
    try (TestServer golden = TestServer.of(home, model, config);
        RawClient client = new RawClient(golden.port())) {
      client.post(
          "/v1/completions",
          ("{'model':'%s','prompt':'가','max_tokens':1000,'n':16,'logprobs':20,'stream':true,"
                  + "'temperature':0,'logit_bias':{%s}}")
              .formatted(TestServer.MODEL, TestServer.ENDLESS));
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!golden.get("/metrics").body().contains("hanok:requests_left_total 1\n")) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(50);
      }
      assertThat(golden.get("/metrics").body()).contains("hanok:requests_processing 0\n");
    }
  }

  @Test
  void manyIdleConnectionsKeepNobodyOut() throws Exception {
    List<RawClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        idle.add(new RawClient(server.port()));
      }
      assertThat(server.get("/api/version").statusCode()).isEqualTo(200);
      assertThat(idle.getFirst().closedWithin(Duration.ofSeconds(10))).isTrue();
    } finally {
      for (RawClient client : idle) {
        client.close();
      }
    }
  }
}

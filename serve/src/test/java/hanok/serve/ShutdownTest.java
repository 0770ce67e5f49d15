package hanok.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is asked to stop lets answers end, but not for ever. */
class ShutdownTest {
  private static final String STREAM =
      "{'model':'slow','prompt':'가','max_tokens':%d,'temperature':0,'stream':true,"
          + "'logit_bias':{%s}}";

  @TempDir Path home;

  private TestServer slow(Duration grace) {
    Duration limit = Duration.ofSeconds(20);
    ServerConfig config = TestServer.config().withLimits(limit, limit, limit, grace);
    TestServer server = TestServer.withSlowModel(home, config);
    server.post("/api/generate", "{'model':'slow'}");
    return server;
  }

  @Test
  void anAnswerThatGoesOnMayEndAndNobodyElseComesIn() throws Exception {
    TestServer server = slow(Duration.ofSeconds(60));
    try (RawClient client = new RawClient(server.port())) {
      client.post("/v1/completions", STREAM.formatted(60, TestServer.ENDLESS));
      client.readUntil("data: {", Duration.ofSeconds(20));
      int port = server.port();
      Thread stop = Thread.ofVirtual().start(server::close);
      assertThat(client.readUntil("[DONE]", Duration.ofSeconds(60))).contains("finish_reason");
      stop.join();
      assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void anAnswerThatDoesNotEndIsCut() throws Exception {
    TestServer server = slow(Duration.ofSeconds(1));
    try (RawClient client = new RawClient(server.port())) {
      client.post("/v1/completions", STREAM.formatted(3000, TestServer.ENDLESS));
      client.readUntil("data: {", Duration.ofSeconds(20));
      long start = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      assertThat(client.closedWithin(Duration.ofSeconds(5))).isTrue();
    }
  }
}

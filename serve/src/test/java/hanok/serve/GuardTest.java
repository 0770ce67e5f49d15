package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in: by name, by page, by key, from where. */
class GuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  @TempDir Path home;

  private static int statusForHost(TestServer server, String host) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send("GET /api/tags HTTP/1.1\nHost: %s\nConnection: close\n\n".formatted(host));
      return Integer.parseInt(client.read(LIMIT).substring(9, 12));
    }
  }

  /** CVE-2024-28224: a page whose name was made to point here. */
  @Test
  void aStrangeNameInTheHostHeaderIsRefusedOnEveryAddress() throws IOException {
    for (String address : List.of("127.0.0.1", "0.0.0.0")) {
      ServerConfig config =
          TestServer.config().withAddress(address, 0).withHosts(List.of("chat.example"));
      try (TestServer server = TestServer.start(home, config)) {
        for (String host :
            List.of(
                "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "0x7f")) {
          assertThat(statusForHost(server, host)).as(host).isEqualTo(403);
        }
        for (String host :
            List.of(
                "localhost",
                "localhost:1",
                "a.localhost",
                "127.0.0.1:11434",
                "[::1]:80",
                "192.168.0.7",
                "chat.example:8080",
                "CHAT.example")) {
          assertThat(statusForHost(server, host)).as(host).isEqualTo(200);
        }
      }
    }
  }

  private static HttpResponse<String> withOrigin(TestServer server, String origin) {
    return server.send(
        server
            .request("/api/show")
            .header("Origin", origin)
            .header("Content-Type", "text/plain") // which a browser sends without asking first
            .POST(BodyPublishers.ofString("{\"model\":\"" + TestServer.MODEL + "\"}"))
            .build());
  }

  @Test
  void aPageOfAnotherOriginMayNotUseTheServerUnlessItIsAllowed() {
    ServerConfig config = TestServer.config().withOrigins(List.of("https://chat.example"));
    try (TestServer server = TestServer.start(home, config)) {
      for (String origin :
          List.of("https://evil.example", "http://localhost.evil.example", "null", "http://[x")) {
        HttpResponse<String> refused = withOrigin(server, origin);
        assertThat(refused.statusCode()).as(origin).isEqualTo(403);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      }
      for (String origin :
          List.of("http://localhost:5173", "https://chat.example", "app://obsidian.md")) {
        HttpResponse<String> allowed = withOrigin(server, origin);
        assertThat(allowed.statusCode()).as(origin).isEqualTo(200);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).contains(origin);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
      }
    }
  }

  @Test
  void browsersMayAskFirst() {
    try (TestServer server = TestServer.start(home)) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request("/api/chat")
                  .header("Origin", "http://localhost:3000")
                  .header("Access-Control-Request-Method", "POST")
                  .method("OPTIONS", BodyPublishers.noBody())
                  .build());
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
          .contains("Authorization");
    }
  }

  @Test
  void aKeyIsNeededWhereThereAreKeys() {
    ServerConfig config = TestServer.config().withApiKeys(List.of("one", "둘"));
    try (TestServer server = TestServer.start(home, config)) {
      HttpResponse<String> refused = server.get("/v1/models");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(json(refused).at("/error/type").stringValue()).isEqualTo("authentication_error");
      assertThat(json(server.get("/api/tags")).get("error").stringValue()).contains("API key");
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
      for (String header :
          List.of("Bearer wrong", "Bearer on", "Bearer onee", "Basic one", "one")) {
        assertThat(status(server, header)).as(header).isEqualTo(401);
      }
      assertThat(status(server, "Bearer one")).isEqualTo(200);
      assertThat(status(server, "bearer one")).isEqualTo(200);
    }
  }

  private static int status(TestServer server, String authorization) {
    HttpRequest request =
        server.request("/api/tags").header("Authorization", authorization).build();
    return server.send(request).statusCode();
  }

  /** CVE-2025-63389: whoever reaches the port deletes the models. */
  @Test
  void nobodyManagesModelsFromAfarWithoutAKey() {
    String model = TestServer.MODEL;
    ServerConfig open = TestServer.config().withAddress("0.0.0.0", 0);
    try (TestServer server = TestServer.start(home, open)) {
      assertThat(server.post("/api/copy", "{'source':'a','destination':'b'}").statusCode())
          .isEqualTo(403);
      assertThat(server.post("/api/pull", "{'model':'x'}").statusCode()).isEqualTo(403);
      assertThat(server.post("/api/create", "{'model':'x','from':'y'}").statusCode())
          .isEqualTo(403);
      assertThat(server.post("/api/blobs/sha256:" + "0".repeat(64), "x").statusCode())
          .isEqualTo(403);
      assertThat(delete(server, model)).isEqualTo(403);
      assertThat(server.get("/api/tags").statusCode()).isEqualTo(200);
    }
  }

  private static int delete(TestServer server, String model) {
    return server
        .send(
            server
                .request("/api/delete")
                .method("DELETE", BodyPublishers.ofString("{\"model\":\"" + model + "\"}"))
                .build())
        .statusCode();
  }
}

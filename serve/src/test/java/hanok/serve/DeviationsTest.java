package hanok.serve;

import static hanok.serve.TestServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What other people's clients met with, once, that they did not expect. */
class DeviationsTest {
  private static final String MODEL = TestServer.MODEL;

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

  private static String metrics() {
    return server.get("/metrics").body();
  }

  @Test
  void lookingAtTheMetricsIsNoWork() {
    assertThat(metrics()).contains("\nhanok:requests_processing 0\n");
  }

  @Test
  void aConnectionIsClosedBehindTheAnswerIfTheClientAsksForIt() throws Exception {
    String body = "{'model':'%s','prompt':'가','options':{'num_predict':2}}".formatted(MODEL);
    String head = "Host: localhost\nConnection: close\n";
    try (RawClient get = new RawClient(server.port());
        RawClient post = new RawClient(server.port())) {
      get.send("GET /api/version HTTP/1.1\n" + head + "\n");
      post.send("POST /api/generate HTTP/1.1\n" + head);
      post.send("Content-Length: %d\n\n".formatted(body.getBytes(UTF_8).length));
      post.send(body.replace('\'', '"'));
      assertThat(get.closedWithin(Duration.ofSeconds(10))).isTrue();
      assertThat(post.closedWithin(Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void aClientThatLeavesIsCountedAndIsNoMistakeOfTheServer() throws Exception {
    String before = left();
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"안녕"}],
         "options":{"temperature":0,"repeat_penalty":0.5}}\
        """
            .formatted(MODEL); // it repeats itself
    try (Socket client = ask("/api/chat", body)) {
      assertThat(client.getInputStream().read()).isNotNegative();
    }
    awaitLeft(before);
    assertThat(metrics()).contains("\nhanok:requests_processing 0\n");
  }

  @Test
  void aClientThatLeavesBeforeAWholeAnswerIsNoticed() throws Exception {
    String before = left();
    String body =
        """
        {"model":"%s","prompt":["안","녕","하","세"],"n":16,"max_tokens":1000,
         "temperature":0,"frequency_penalty":-2}\
        """
            .formatted(MODEL);
    try (Socket _ = ask("/v1/completions", body)) {
      Thread.sleep(200);
    }
    awaitLeft(before);
  }

  /** A connection that has asked, and that breaks when it is closed. */
  private static Socket ask(String path, String body) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
    client.setSoLinger(true, 0);
    byte[] bytes = body.getBytes(UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, bytes.length);
    client.getOutputStream().write(head.getBytes(UTF_8));
    client.getOutputStream().write(bytes);
    return client;
  }

  private static void awaitLeft(String before) throws InterruptedException {
    for (int i = 0; i < 150 && left().equals(before); i++) {
      Thread.sleep(20);
    }
    assertThat(left()).isNotEqualTo(before);
  }

  private static String left() {
    return metrics().replaceAll("(?s).*requests_left_total (\\d+).*", "$1");
  }

  @Test
  void datesHaveSecondsAndAnOffset() {
    String date = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00";
    JsonNode model = json(server.get("/api/tags")).at("/models/0");
    assertThat(model.get("modified_at").stringValue()).matches(date);
    String load = "{'model':'%s','messages':[],'keep_alive':-1}".formatted(MODEL);
    server.postJson("/api/chat", load); // for ever: a round date
    JsonNode running = json(server.get("/api/ps")).at("/models/0");
    assertThat(running.get("expires_at").stringValue()).matches(date);
  }

  @Test
  void saysWhyAModelCannotBeBroughtOrMade() {
    String none = "{'model':'exaone-new','from':'nobody','stream':false}";
    HttpResponse<String> created = server.post("/api/create", none);
    assertThat(created.statusCode()).isEqualTo(404);
    assertThat(json(created).get("error").stringValue())
        .isEqualTo("model 'nobody:latest' not found");
    String copy = "{'source':'%s','destination':'exaone-copy'}".formatted(MODEL);
    HttpResponse<String> copied = server.post("/api/copy", copy);
    assertThat(copied.statusCode()).isEqualTo(400);
    assertThat(json(copied).get("error").stringValue())
        .contains("is a file that the server was started with; it cannot be copied");
  }

  @Test
  void theUsageOfAResponseIsComplete() {
    String ask = "{'model':'%s','input':'안녕','max_output_tokens':1}".formatted(MODEL);
    JsonNode details = server.postJson("/v1/responses", ask).at("/usage/input_tokens_details");
    assertThat(details.propertyNames())
        .containsExactlyInAnyOrder("cached_tokens", "cache_write_tokens");
  }

  @Test
  void derivesFromAFileThatItWasStartedWith() {
    String create =
        "{'model':'exaone-new','from':'%s','system':'짧게','stream':true}".formatted(MODEL);
    List<JsonNode> lines = server.postLines("/api/create", create);
    assertThat(lines.getLast().get("status").stringValue()).isEqualTo("success");
    JsonNode shown = server.postJson("/api/show", "{'model':'exaone-new'}");
    assertThat(shown.get("system").stringValue()).isEqualTo("짧게");
  }
}

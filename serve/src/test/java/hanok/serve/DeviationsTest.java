package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  void aClientThatLeavesIsCountedAndIsNoMistakeOfTheServer()
      throws IOException, InterruptedException {
    String before = left();
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"안녕"}],
         "options":{"temperature":0,"repeat_penalty":0.5}}\
        """
            .formatted(MODEL); // it repeats itself
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          server.request("/api/chat").POST(HttpRequest.BodyPublishers.ofString(body)).build();
      try (InputStream answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
        assertThat(answer.read()).isNotNegative(); // the first byte, of a heartbeat or the answer
      }
      for (int i = 0; i < 50 && left().equals(before); i++) {
        Thread.sleep(20);
      }
      assertThat(left()).isNotEqualTo(before);
      assertThat(metrics()).contains("\nhanok:requests_processing 0\n");
    }
  }

  @Test
  void aClientThatLeavesBeforeAWholeAnswerIsNoticed() throws InterruptedException {
    String before = left();
    String body =
        """
        {"model":"%s","prompt":["안","녕","하","세"],"n":16,"max_tokens":1000,
         "temperature":0,"frequency_penalty":-2}\
        """
            .formatted(MODEL);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          server.request("/v1/completions").POST(HttpRequest.BodyPublishers.ofString(body)).build();
      CompletableFuture<?> answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
      Thread.sleep(200);
      answer.cancel(true);
    }
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

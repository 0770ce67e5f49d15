package hanok.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls that Open WebUI makes, in its order; it is in Python, and so is played back here. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpenWebUiTest {
  private static final String MODEL = HanokServer.MODEL + ":latest"; // it always adds the tag

  /** What {@code datetime.fromisoformat} takes in every Python. */
  private static final Pattern PYTHON_DATE =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3}|\\.\\d{6})?[+-]\\d\\d:\\d\\d");

  private static final String SHORT = "'options':{'num_predict':8,'temperature':0}";

  @TempDir static Path home;
  private static HanokServer server;
  private static FakeRegistry registry;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() {
    registry = new FakeRegistry(HanokServer.weights());
    server = HanokServer.start(home);
  }

  @AfterAll
  static void stop() {
    HTTP.close();
    server.close();
    registry.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Authorization", "Bearer a-key-that-is-not-asked-for")
        .header("User-Agent", "Python/3.11 aiohttp/3.12");
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(request(path).build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(response.body());
  }

  /** Posts JSON in which apostrophes stand for quotes, and returns the lines of the answer. */
  private static List<JsonNode> post(String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    HttpResponse<String> response = send(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    List<JsonNode> lines = new ArrayList<>();
    response.body().lines().forEach(line -> lines.add(JsonMapper.shared().readTree(line)));
    return lines;
  }

  @Test
  @Order(1)
  void verifiesTheConnection() throws IOException, InterruptedException {
    String version = get("/api/version").get("version").stringValue();
    String plain = version.replaceFirst("^v", "").replaceFirst("-.*", "");
    assertThat(plain.split("\\.")).allSatisfy(part -> assertThat(part).matches("\\d+"));
  }

  @Test
  @Order(2)
  void listsTheModels() throws IOException, InterruptedException {
    JsonNode model = get("/api/tags").get("models").get(0);
    assertThat(model.get("model").stringValue()).isEqualTo(MODEL);
    assertThat(model.get("name").stringValue()).isEqualTo(MODEL);
    assertThat(model.get("size").isIntegralNumber()).isTrue();
    assertThat(model.get("modified_at").stringValue()).matches(PYTHON_DATE);
    assertThat(get("/api/ps").get("models")).isEmpty();
  }

  @Test
  @Order(3)
  void chatsAndThenAsksForTitleTagsAndMore() throws IOException, InterruptedException {
    String turn = "{'role':'user','content':'안녕하세요'}";
    String chat = "{'model':'%s','stream':%s,'messages':[%s],%s,'keep_alive':null}";
    List<JsonNode> lines = post("/api/chat", chat.formatted(MODEL, true, turn, SHORT));
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      answer.append(lines.get(i).at("/message/content").stringValue());
      assertThat(lines.get(i).get("done").booleanValue()).isEqualTo(i == lines.size() - 1);
    }
    JsonNode last = lines.getLast();
    // It shows tokens a second from these two.
    assertThat(last.get("eval_count").intValue()).isPositive();
    assertThat(last.get("eval_duration").longValue()).isPositive();
    for (String task : List.of("제목을 지으세요", "꼬리표를 다세요", "이어질 질문을 쓰세요")) {
      String body = "{'role':'user','content':'### Task: %s ### Chat: 안녕하세요'}".formatted(task);
      List<JsonNode> whole = post("/api/chat", chat.formatted(MODEL, false, body, SHORT));
      assertThat(whole).hasSize(1);
      assertThat(whole.getFirst().at("/message/content").isString()).isTrue();
    }
    assertThat(answer).isNotEmpty();
    JsonNode running = get("/api/ps").get("models").get(0);
    assertThat(running.get("expires_at").stringValue()).matches(PYTHON_DATE);
  }

  @Test
  @Order(4)
  void unloadsTheModel() throws IOException, InterruptedException {
    List<JsonNode> lines =
        post("/api/generate", "{'model':'%s','keep_alive':0,'prompt':''}".formatted(MODEL));
    assertThat(lines.getLast().get("done_reason").stringValue()).isEqualTo("unload");
    for (int i = 0; i < 100 && !get("/api/ps").get("models").isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(get("/api/ps").get("models")).isEmpty();
  }

  @Test
  @Order(5)
  void pullsAndDeletesAModel() throws IOException, InterruptedException {
    String name = registry.name("tiny");
    List<JsonNode> lines = post("/api/pull", "{'model':'%s','insecure':true}".formatted(name));
    assertThat(lines.getFirst().get("status").stringValue()).isEqualTo("pulling manifest");
    assertThat(lines)
        .anySatisfy(line -> {
          assertThat(line.get("status").stringValue()).matches("pulling [0-9a-f]{12}");
          assertThat(line.get("digest").stringValue()).startsWith("sha256:");
          assertThat(line.get("completed")).isEqualTo(line.get("total"));
        });
    assertThat(lines.getLast().get("status").stringValue()).isEqualTo("success");
    HttpRequest delete =
        request("/api/delete")
            .method("DELETE", BodyPublishers.ofString("{\"model\":\"" + name + "\"}"))
            .build();
    assertThat(send(delete).statusCode()).isEqualTo(200);
    assertThat(send(delete).statusCode()).isEqualTo(404);
  }

  @Test
  @Order(6)
  void uploadsAFile() throws IOException, InterruptedException {
    byte[] bytes = Files.readAllBytes(HanokServer.weights());
    String digest = FakeRegistry.digest(bytes);
    HttpRequest upload =
        request("/api/blobs/" + digest).POST(BodyPublishers.ofByteArray(bytes)).build();
    assertThat(send(upload).statusCode()).isEqualTo(201);
    assertThat(send(upload).statusCode()).isEqualTo(200);
    List<JsonNode> lines =
        post(
            "/api/create",
            "{'model':'exaone-uploaded','files':{'model.gguf':'%s'}}".formatted(digest));
    assertThat(lines.getLast().get("status").stringValue()).isEqualTo("success");
    List<JsonNode> answer =
        post(
            "/api/chat",
            "{'model':'exaone-uploaded:latest','messages':[{'role':'user','content':'안녕'}],%s}"
                .formatted(SHORT));
    assertThat(answer.getLast().get("done").booleanValue()).isTrue();
  }

  @Test
  @Order(7)
  void embeds() throws IOException, InterruptedException {
    JsonNode reply =
        post("/api/embed", "{'model':'%s','input':['안녕','세상'],'truncate':true}".formatted(MODEL))
            .getFirst();
    assertThat(reply.get("embeddings")).hasSize(2);
    assertThat(reply.get("embeddings").get(0)).hasSize(HanokServer.DIMENSIONS);
  }

  @Test
  @Order(8)
  void showsTheSentenceOfAnError() throws IOException, InterruptedException {
    HttpRequest unknown =
        request("/api/chat")
            .POST(BodyPublishers.ofString("{\"model\":\"nobody:latest\",\"messages\":[]}"))
            .build();
    HttpResponse<String> response = send(unknown);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(JsonMapper.shared().readTree(response.body()).get("error").stringValue())
        .isEqualTo("model 'nobody:latest' not found");
  }

  @Test
  @Order(9)
  void speaksToItAsToOpenAiToo() throws IOException, InterruptedException {
    assertThat(get("/v1/models").get("data").get(0).get("id").isString()).isTrue();
    String chat =
        """
        {'model':'%s','stream':false,'max_tokens':4,
         'messages':[{'role':'user','content':'안녕'}]}\
        """
            .formatted(MODEL);
    JsonNode reply = post("/v1/chat/completions", chat).getFirst();
    assertThat(reply.at("/choices/0/message/content").isString()).isTrue();
  }
}

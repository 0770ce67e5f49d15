package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Ollama's interface, as its documentation and its clients have it. */
class OllamaApiTest {
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

  private static String chat(String more) {
    return "{'model':'%s','messages':[{'role':'user','content':'안녕'}]%s}".formatted(MODEL, more);
  }

  @Test
  void saysThatItIsThere() {
    assertThat(server.get("/").body()).isEqualTo("Ollama is running");
    assertThat(json(server.get("/api/version")).get("version").stringValue())
        .matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    HttpRequest head = server.request("/api/version").method("HEAD", none()).build();
    assertThat(server.send(head).statusCode()).isEqualTo(200);
    assertThat(server.send(head).body()).isEmpty();
  }

  private static HttpRequest.BodyPublisher none() {
    return HttpRequest.BodyPublishers.noBody();
  }

  @Test
  void listsModels() {
    JsonNode model = json(server.get("/api/tags")).get("models").get(0);
    assertThat(model.get("name").stringValue()).isEqualTo(MODEL + ":latest");
    assertThat(model.get("model")).isEqualTo(model.get("name"));
    assertThat(model.get("digest").stringValue()).matches("[0-9a-f]{64}");
    assertThat(model.get("size").longValue()).isPositive();
    assertThat(OffsetDateTime.parse(model.get("modified_at").stringValue())).isNotNull();
    assertThat(model.get("details").get("family").stringValue()).isEqualTo("exaone");
    assertThat(model.get("details").get("quantization_level").stringValue()).isEqualTo("Q5_K_M");
  }

  @Test
  void showsAModel() {
    JsonNode shown = server.postJson("/api/show", "{'name':'" + MODEL + "'}");
    assertThat(shown.get("model_info").get("general.architecture").stringValue())
        .isEqualTo("exaone");
    assertThat(shown.get("model_info").get("tokenizer.ggml.tokens").isNull()).isTrue();
    assertThat(shown.get("capabilities").toString()).contains("completion");
    JsonNode all = server.postJson("/api/show", "{'model':'" + MODEL + "','verbose':true}");
    assertThat(all.get("model_info").get("tokenizer.ggml.tokens").isArray()).isTrue();
  }

  @Test
  void streamsAnAnswerByDefault() {
    List<JsonNode> lines = server.postLines("/api/chat", chat(",'options':{'num_predict':8}"));
    JsonNode last = lines.getLast();
    assertThat(lines)
        .allSatisfy(line -> {
          assertThat(line.get("model").stringValue()).isEqualTo(MODEL);
          assertThat(line.get("message").get("role").stringValue()).isEqualTo("assistant");
          assertThat(OffsetDateTime.parse(line.get("created_at").stringValue())).isNotNull();
        });
    assertThat(last.get("message").get("content").stringValue()).isEmpty();
    assertThat(last.get("done_reason").stringValue()).isIn("length", "stop");
    assertThat(last.get("eval_count").intValue()).isBetween(1, 8);
    assertThat(last.get("prompt_eval_count").intValue()).isPositive();
    assertThat(last.get("total_duration").longValue())
        .isGreaterThanOrEqualTo(last.get("eval_duration").longValue());
  }

  @Test
  void answersTheSameWholeAndStreamedForTheSameSeed() {
    String options = ",'options':{'num_predict':12,'seed':7,'temperature':1.5}";
    StringBuilder streamed = new StringBuilder();
    server
        .postLines("/api/chat", chat(options))
        .forEach(line -> streamed.append(line.get("message").get("content").stringValue()));
    JsonNode whole = server.postJson("/api/chat", chat(options + ",'stream':false"));
    assertThat(whole.get("done").booleanValue()).isTrue();
    assertThat(whole.get("message").get("content").stringValue()).isEqualTo(streamed.toString());
  }

  @Test
  void loadsAndUnloadsOnRequest() throws InterruptedException {
    String empty = "{'model':'%s','messages':[]%s}";
    JsonNode loaded = server.postJson("/api/chat", empty.formatted(MODEL, ",'keep_alive':-1"));
    assertThat(loaded.get("done_reason").stringValue()).isEqualTo("load");
    JsonNode model = json(server.get("/api/ps")).get("models").get(0);
    assertThat(model.get("name").stringValue()).isEqualTo(MODEL + ":latest");
    assertThat(model.get("context_length").intValue()).isEqualTo(1024);
    assertThat(OffsetDateTime.parse(model.get("expires_at").stringValue()).getYear())
        .isGreaterThan(2200);
    JsonNode unloaded = server.postJson("/api/chat", empty.formatted(MODEL, ",'keep_alive':0"));
    assertThat(unloaded.get("done_reason").stringValue()).isEqualTo("unload");
    for (int i = 0; i < 100 && !json(server.get("/api/ps")).get("models").isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(json(server.get("/api/ps")).get("models")).isEmpty();
  }

  @Test
  void endsAnAnswerAtAStopText() {
    String options = ",'stream':false,'options':{'num_predict':30,'temperature':0%s}";
    String text = content(server.postJson("/api/chat", chat(options.formatted(""))));
    String stop = text.substring(text.length() / 2, text.length() / 2 + 1);
    JsonNode cut =
        server.postJson("/api/chat", chat(options.formatted(",'stop':['" + stop + "']")));
    assertThat(content(cut)).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(cut.get("done_reason").stringValue()).isEqualTo("stop");
  }

  private static String content(JsonNode chat) {
    return chat.get("message").get("content").stringValue();
  }

  @Test
  void tellsProbabilities() {
    JsonNode chat =
        server.postJson(
            "/api/chat",
            chat(
                ",'stream':false,'logprobs':true,'top_logprobs':3,"
                    + "'options':{'num_predict':5,'temperature':0}"));
    JsonNode logprobs = chat.get("logprobs");
    assertThat(logprobs).hasSize(chat.get("eval_count").intValue());
    for (JsonNode token : logprobs) {
      assertThat(token.get("top_logprobs")).hasSize(3);
      assertThat(token.get("top_logprobs").get(0).get("token")).isEqualTo(token.get("token"));
      assertThat(token.get("logprob").doubleValue()).isNegative();
      assertThat(token.get("bytes").isArray()).isTrue();
    }
  }

  @Test
  void generatesAndGoesOnFromTheContext() {
    String generate = "{'model':'%s','prompt':'안녕','stream':false,%s}";
    String options = "'options':{'num_predict':6,'temperature':0}";
    JsonNode first = server.postJson("/api/generate", generate.formatted(MODEL, options));
    assertThat(first.get("response").stringValue()).isNotEmpty();
    int tokens = first.get("prompt_eval_count").intValue() + first.get("eval_count").intValue();
    assertThat(first.get("context")).hasSize(tokens);
    String context = options + ",'context':" + first.get("context");
    JsonNode second = server.postJson("/api/generate", generate.formatted(MODEL, context));
    assertThat(second.get("prompt_eval_count").intValue()).isGreaterThan(tokens);
    JsonNode raw =
        server.postJson("/api/generate", generate.formatted(MODEL, options + ",'raw':true"));
    assertThat(raw.has("context")).isFalse();
    assertThat(raw.get("prompt_eval_count").intValue())
        .isLessThan(first.get("prompt_eval_count").intValue());
  }

  @Test
  void embedsTexts() {
    JsonNode one = server.postJson("/api/embed", "{'model':'%s','input':'안녕'}".formatted(MODEL));
    JsonNode two =
        server.postJson("/api/embed", "{'model':'%s','input':['안녕','세상']}".formatted(MODEL));
    assertThat(one.get("embeddings")).hasSize(1);
    assertThat(two.get("embeddings")).hasSize(2);
    assertThat(two.get("embeddings").get(0)).isEqualTo(one.get("embeddings").get(0));
    double squares = 0;
    for (JsonNode value : one.get("embeddings").get(0)) {
      squares += value.doubleValue() * value.doubleValue();
    }
    assertThat(squares).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-4));
    JsonNode none = server.postJson("/api/embed", "{'model':'%s','input':''}".formatted(MODEL));
    assertThat(none.get("embeddings")).isEmpty();
    JsonNode old =
        server.postJson("/api/embeddings", "{'model':'%s','prompt':'안녕'}".formatted(MODEL));
    assertThat(old.get("embedding")).isEqualTo(one.get("embeddings").get(0));
    JsonNode few =
        server.postJson(
            "/api/embed", "{'model':'%s','input':'안녕','dimensions':8}".formatted(MODEL));
    assertThat(few.get("embeddings").get(0)).hasSize(8);
  }

  @Test
  void evaluatesOnlyWhatIsNewInTheSecondTurn() {
    String turns =
        "{'model':'%s','stream':false,'options':{'num_predict':4,'temperature':0},'messages':[%s]}";
    String question = "{'role':'user','content':'" + "안녕하세요 ".repeat(20) + "'}";
    JsonNode first = server.postJson("/api/chat", turns.formatted(MODEL, question));
    String answer = first.get("message").toString();
    String more = question + "," + answer + ",{'role':'user','content':'또'}";
    JsonNode second =
        server
            .send(
                server
                    .request("/api/chat")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            turns.formatted(MODEL, more).replace('\'', '"')))
                    .build())
            .body()
            .transform(body -> tools.jackson.databind.json.JsonMapper.shared().readTree(body));
    assertThat(second.get("prompt_cached_count").intValue())
        .isGreaterThanOrEqualTo(first.get("prompt_eval_count").intValue() - 1);
  }

  @Test
  void refusesInOneSentence() {
    refuses(400, "/api/chat", "", "missing request body");
    refuses(400, "/api/chat", "{", "invalid JSON: ");
    refuses(400, "/api/chat", "[]", "the request must be a JSON object, got a list");
    refuses(400, "/api/chat", "{}", "model is required");
    refuses(404, "/api/chat", "{'model':'nobody'}", "model 'nobody' not found");
    refuses(
        400, "/api/chat", chat(",'top_logprobs':21"), "top_logprobs must be in [0, 20], got 21");
    refuses(400, "/api/chat", chat(",'think':true"), "\"" + MODEL + "\" does not support thinking");
    refuses(400, "/api/chat", chat(",'options':{'top_k':'x'}"), "options.top_k must be an integer");
    refuses(400, "/api/chat", chat(",'options':{'num_ctx':2147483648}"), "options.num_ctx must be");
    refuses(400, "/api/chat", chat(",'options':{'num_predict':-2}"), "options.num_predict must be");
    refuses(400, "/api/chat", chat(",'options':{'temperature':-1}"), "temperature must be in");
    refuses(400, "/api/chat", chat(",'keep_alive':'soon'"), "keep_alive must be seconds");
    refuses(400, "/api/push", "{'model':'mine'}", "this server does not push models");
    refuses(404, "/api/nothing", "{}", "there is nothing at this path");
    HttpResponse<String> method = server.get("/api/chat");
    assertThat(method.statusCode()).isEqualTo(405);
  }

  private static void refuses(int status, String path, String body, String sentence) {
    HttpResponse<String> response = server.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("error").stringValue()).startsWith(sentence);
  }

  @Test
  void saysThatAConversationIsTooLongUnlessItMayBeCut() {
    String turn = "{'role':'user','content':'" + "가".repeat(300) + "'},";
    String answer = "{'role':'assistant','content':'그래'},";
    String body = "{'model':'%s','stream':false,'options':{'num_predict':2},'messages':[%s]%s}";
    String messages = (turn + answer).repeat(3) + "{'role':'user','content':'끝'}";
    HttpResponse<String> refused = server.post("/api/chat", body.formatted(MODEL, messages, ""));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).get("error").stringValue()).contains("the context holds 1024");
    JsonNode cut =
        server.postJson("/api/chat", body.formatted(MODEL, messages, ",'truncate':true"));
    assertThat(cut.get("truncated").booleanValue()).isTrue();
    assertThat(cut.get("prompt_messages_dropped").intValue()).isPositive();
    assertThat(cut.get("prompt_tokens_dropped").intValue()).isGreaterThan(300);
  }

  @Test
  void takesWhatLenientClientsSend() {
    JsonNode chat =
        server.postJson(
            "/api/chat",
            chat(
                ",'tools':[],'format':null,'think':false,'useTools':false,'stream':false,"
                    + "'options':{'stop':[],'num_gpu':1,'unknown':3,'num_predict':1}"));
    assertThat(chat.get("done").booleanValue()).isTrue();
  }
}

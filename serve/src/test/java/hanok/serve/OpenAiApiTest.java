package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's interface, as its reference and its clients have it. */
class OpenAiApiTest {
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
    return "{'model':'%s','messages':[{'role':'user','content':'안녕'}],'temperature':0%s}"
        .formatted(MODEL, more);
  }

  private static List<JsonNode> chunks(String path, String body) {
    List<String> events = server.postEvents(path, body);
    assertThat(events.getLast()).isEqualTo("[DONE]");
    return events.subList(0, events.size() - 1).stream()
        .map(event -> JsonMapper.shared().readTree(event))
        .toList();
  }

  @Test
  void listsModelsAndFindsOneByItsEncodedName() {
    JsonNode list = json(server.get("/v1/models"));
    assertThat(list.get("data").get(0).get("id").stringValue()).isEqualTo(MODEL + ":latest");
    JsonNode model = json(server.get("/v1/models/" + MODEL + "%3Alatest"));
    assertThat(model.get("id").stringValue()).isEqualTo(MODEL + ":latest");
    assertThat(model.get("object").stringValue()).isEqualTo("model");
    HttpResponse<String> unknown = server.get("/v1/models/someone%2Fnobody");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).get("error").get("code").stringValue()).isEqualTo("model_not_found");
  }

  @Test
  void answersWholeWithUsageAndTimings() {
    JsonNode body = server.postJson("/v1/chat/completions", chat(",'max_tokens':6"));
    JsonNode choice = body.get("choices").get(0);
    assertThat(body.get("object").stringValue()).isEqualTo("chat.completion");
    assertThat(choice.get("message").get("role").stringValue()).isEqualTo("assistant");
    assertThat(choice.get("finish_reason").stringValue()).isIn("stop", "length");
    JsonNode usage = body.get("usage");
    assertThat(usage.get("total_tokens").intValue())
        .isEqualTo(
            usage.get("prompt_tokens").intValue() + usage.get("completion_tokens").intValue());
    assertThat(body.get("timings").get("predicted_n")).isEqualTo(usage.get("completion_tokens"));
  }

  @Test
  void streamsChunksOfOneAnswer() {
    List<JsonNode> chunks =
        chunks(
            "/v1/chat/completions",
            chat(",'max_tokens':6,'stream':true,'stream_options':{'include_usage':true}"));
    JsonNode first = chunks.getFirst();
    assertThat(chunks)
        .allSatisfy(chunk -> {
          assertThat(chunk.get("id")).isEqualTo(first.get("id"));
          assertThat(chunk.get("created")).isEqualTo(first.get("created"));
          assertThat(chunk.get("object").stringValue()).isEqualTo("chat.completion.chunk");
        });
    assertThat(first.at("/choices/0/delta/role").stringValue()).isEqualTo("assistant");
    JsonNode finish = chunks.get(chunks.size() - 2).at("/choices/0");
    assertThat(finish.get("delta")).isEmpty();
    assertThat(finish.get("finish_reason").stringValue()).isIn("stop", "length");
    assertThat(chunks.getLast().get("choices")).isEmpty();
    assertThat(chunks.getLast().get("usage").get("completion_tokens").intValue()).isPositive();
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asString("")));
    JsonNode whole = server.postJson("/v1/chat/completions", chat(",'max_tokens':6"));
    assertThat(whole.at("/choices/0/message/content").stringValue()).isEqualTo(text.toString());
  }

  @Test
  void givesSeveralChoicesEachWithASeedOfItsOwn() {
    String options = ",'max_tokens':12,'temperature':1.5,'seed':3";
    JsonNode three = server.postJson("/v1/chat/completions", chat(options + ",'n':3"));
    assertThat(three.get("choices")).hasSize(3);
    JsonNode one = server.postJson("/v1/chat/completions", chat(options.replace(":3", ":4")));
    assertThat(three.at("/choices/1/message/content"))
        .isEqualTo(one.at("/choices/0/message/content"));
    assertThat(three.at("/choices/2/index").intValue()).isEqualTo(2);
    List<JsonNode> chunks = chunks("/v1/chat/completions", chat(options + ",'n':2,'stream':true"));
    assertThat(chunks.stream().filter(c -> c.at("/choices/0/finish_reason").isString())).hasSize(2);
  }

  @Test
  void prefersTokensByBias() {
    JsonNode tokens = server.postJson("/tokenize", "{'model':'%s','content':'Q'}".formatted(MODEL));
    int id = tokens.at("/tokens/0").intValue();
    String bias = ",'max_tokens':3,'logit_bias':{'%d':100}".formatted(id);
    JsonNode biased = server.postJson("/v1/chat/completions", chat(bias));
    assertThat(biased.at("/choices/0/message/content").stringValue()).isEqualTo("QQQ");
  }

  @Test
  void readsPartsAndDevelopers() {
    String body =
        "{'model':'%s','max_tokens':1,'messages':[{'role':'developer','content':'짧게'},"
            + "{'role':'user','content':[{'type':'text','text':'안녕'}]}]}";
    assertThat(server.post("/v1/chat/completions", body.formatted(MODEL)).statusCode())
        .isEqualTo(200);
    String image = body.replace("'type':'text'", "'type':'image_url'");
    HttpResponse<String> refused = server.post("/v1/chat/completions", image.formatted(MODEL));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).at("/error/message").stringValue()).contains("only text");
  }

  @Test
  void completesTextsAndIds() {
    String body = "{'model':'%s','prompt':%s,'max_tokens':4,'temperature':0}";
    JsonNode text = server.postJson("/v1/completions", body.formatted(MODEL, "'안녕'"));
    JsonNode tokens =
        server.postJson("/tokenize", "{'model':'%s','content':'안녕'}".formatted(MODEL));
    JsonNode ids =
        server.postJson("/v1/completions", body.formatted(MODEL, tokens.get("tokens").toString()));
    assertThat(ids.at("/choices/0/text")).isEqualTo(text.at("/choices/0/text"));
    JsonNode several = server.postJson("/v1/completions", body.formatted(MODEL, "['안녕','세상']"));
    assertThat(several.get("choices")).hasSize(2);
    assertThat(several.at("/choices/0/text")).isEqualTo(text.at("/choices/0/text"));
  }

  @Test
  void scoresATextByEchoingIt() {
    String body =
        "{'model':'%s','prompt':'안녕하세요 세상','max_tokens':%d,'echo':true,'logprobs':2,"
            + "'temperature':0}";
    JsonNode scored = server.postJson("/v1/completions", body.formatted(MODEL, 0));
    JsonNode choice = scored.get("choices").get(0);
    assertThat(choice.get("text").stringValue()).isEqualTo("안녕하세요 세상");
    JsonNode logprobs = choice.get("logprobs");
    assertThat(logprobs.get("token_logprobs").get(0).isNull()).isTrue();
    assertThat(logprobs.get("tokens")).hasSameSizeAs(logprobs.get("token_logprobs"));
    JsonNode longer = server.postJson("/v1/completions", body.formatted(MODEL, 3));
    JsonNode more = longer.at("/choices/0/logprobs/token_logprobs");
    assertThat(more).hasSize(logprobs.get("tokens").size() + 3);
    assertThat(more.get(2).doubleValue())
        .isCloseTo(logprobs.get("token_logprobs").get(2).doubleValue(), within(1e-4));
    assertThat(longer.at("/choices/0/text").stringValue()).startsWith("안녕하세요 세상");
  }

  @Test
  void embedsAsNumbersAndAsBase64() {
    String body = "{'model':'%s','input':['안녕','세상']%s}";
    JsonNode numbers = server.postJson("/v1/embeddings", body.formatted(MODEL, ""));
    JsonNode base64 =
        server.postJson("/v1/embeddings", body.formatted(MODEL, ",'encoding_format':'base64'"));
    byte[] bytes = Base64.getDecoder().decode(base64.at("/data/1/embedding").stringValue());
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode value : numbers.at("/data/1/embedding")) {
      assertThat(floats.getFloat()).isCloseTo(value.floatValue(), within(1e-6f));
    }
    assertThat(floats.hasRemaining()).isFalse();
    assertThat(numbers.at("/usage/prompt_tokens").intValue()).isPositive();
  }

  @Test
  void answersResponses() {
    String body = "{'model':'%s','input':'안녕','instructions':'짧게','max_output_tokens':5%s}";
    JsonNode whole = server.postJson("/v1/responses", body.formatted(MODEL, ""));
    assertThat(whole.get("object").stringValue()).isEqualTo("response");
    assertThat(whole.at("/output/0/content/0/type").stringValue()).isEqualTo("output_text");
    assertThat(whole.at("/usage/output_tokens").intValue()).isBetween(1, 5);
    List<String> events =
        server.postEvents("/v1/responses", body.formatted(MODEL, ",'stream':true"));
    List<String> types =
        events.stream()
            .map(event -> JsonMapper.shared().readTree(event).get("type").stringValue())
            .toList();
    assertThat(types)
        .startsWith(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta");
    assertThat(types.getLast()).isIn("response.completed", "response.incomplete");
  }

  @Test
  void refusesInOpenAisForm() {
    refuses(400, "{'messages':[]}", "model is required");
    refuses(400, "{'model':'x'}", "messages is required");
    refuses(404, chat("").replace(MODEL, "nobody"), "model 'nobody' not found");
    refuses(400, chat(",'n':17"), "n must be in [1, 16], got 17");
    refuses(400, chat(",'logit_bias':{'99999999':1}"), "logit_bias must map ids below");
    refuses(400, chat(",'response_format':{'type':'xml'}"), "response_format.type must be");
    refuses(400, chat(",'tool_choice':{'function':{'name':'f'}}"), "tool_choice names \"f\"");
    JsonNode error =
        json(server.post("/v1/chat/completions", chat("").replace("안녕", "가".repeat(2000))));
    assertThat(error.at("/error/code").stringValue()).isEqualTo("context_length_exceeded");
    assertThat(error.at("/error/type").stringValue()).isEqualTo("invalid_request_error");
  }

  private static void refuses(int status, String body, String sentence) {
    HttpResponse<String> response = server.post("/v1/chat/completions", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).at("/error/message").stringValue()).startsWith(sentence);
  }
}

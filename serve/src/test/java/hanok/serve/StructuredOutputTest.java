package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers in form and calls of functions, through both interfaces. */
class StructuredOutputTest {
  private static final String MODEL = TestServer.MODEL;
  private static final String SCHEMA =
      "{'type':'object','properties':{'city':{'enum':['서울','부산']},"
          + "'days':{'type':'integer','minimum':1,'maximum':9}},'required':['city','days']}";
  private static final String TOOLS =
      "[{'type':'function','function':{'name':'weather','description':'날씨','parameters':"
          + SCHEMA
          + "}}]";

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
    return "{'model':'%s','messages':[{'role':'user','content':'날씨?'}]%s}".formatted(MODEL, more);
  }

  private static void checkCity(JsonNode answer) {
    assertThat(answer.get("city").stringValue()).isIn("서울", "부산");
    assertThat(answer.get("days").intValue()).isBetween(1, 9);
    assertThat(answer).hasSize(2);
  }

  @Test
  void ollamaAnswersBySchemaWholeAndStreamed() {
    String body = ",'format':" + SCHEMA + ",'options':{'seed':3}";
    JsonNode whole = server.postJson("/api/chat", chat(body + ",'stream':false"));
    checkCity(read(whole.at("/message/content").stringValue()));
    assertThat(whole.get("done_reason").stringValue()).isEqualTo("stop");
    StringBuilder text = new StringBuilder();
    server
        .postLines("/api/chat", chat(body))
        .forEach(line -> text.append(line.at("/message/content").stringValue()));
    checkCity(read(text.toString()));
    JsonNode generated =
        server.postJson(
            "/api/generate",
            "{'model':'%s','prompt':'날씨?','stream':false%s}".formatted(MODEL, body));
    checkCity(read(generated.get("response").stringValue()));
  }

  private static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json);
  }

  @Test
  void openAiAnswersBySchema() {
    String body =
        ",'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':"
            + SCHEMA
            + "}}";
    JsonNode chat = server.postJson("/v1/chat/completions", chat(body));
    checkCity(read(chat.at("/choices/0/message/content").stringValue()));
    JsonNode response =
        server.postJson(
            "/v1/responses",
            "{'model':'%s','input':'날씨?','text':{'format':{'type':'json_schema','name':'x',"
                    .formatted(MODEL)
                + "'schema':"
                + SCHEMA
                + "}}}");
    checkCity(read(response.at("/output/0/content/0/text").stringValue()));
  }

  @Test
  void jsonModeGivesAnObjectOrSaysThatItWasCut() {
    for (int seed = 0; seed < 8; seed++) {
      JsonNode chat =
          server.postJson(
              "/v1/chat/completions",
              chat(",'max_tokens':60,'response_format':{'type':'json_object'},'seed':" + seed));
      String text = chat.at("/choices/0/message/content").stringValue();
      assertThat(text.strip()).startsWith("{");
      if (chat.at("/choices/0/finish_reason").stringValue().equals("stop")) {
        assertThat(read(text).isObject()).isTrue();
      }
    }
  }

  @Test
  void ollamaCallsAFunctionWithAnObject() {
    String call = call();
    JsonNode chat = server.postJson("/api/chat", chat(",'stream':false,'tools':" + TOOLS + call));
    JsonNode message = chat.get("message");
    if (message.has("tool_calls")) {
      checkCity(message.at("/tool_calls/0/function/arguments"));
      assertThat(message.get("content").stringValue()).isEmpty();
    } else {
      assertThat(message.get("content").stringValue()).isNotEmpty();
    }
  }

  private static String call() {
    return ",'options':{'num_predict':80,'seed':1}";
  }

  @Test
  void openAiCallsTheFunctionThatItMustCall() {
    for (String choice :
        List.of("'required'", "{'type':'function','function':{'name':'weather'}}")) {
      String body = ",'tools':" + TOOLS + ",'tool_choice':" + choice;
      JsonNode chat = server.postJson("/v1/chat/completions", chat(body));
      JsonNode made = chat.at("/choices/0/message/tool_calls/0");
      assertThat(made.at("/function/name").stringValue()).isEqualTo("weather");
      checkCity(read(made.at("/function/arguments").stringValue()));
      assertThat(chat.at("/choices/0/finish_reason").stringValue()).isEqualTo("tool_calls");
      String streamed =
          String.join(
              "\n", server.postEvents("/v1/chat/completions", chat(body + ",'stream':true")));
      assertThat(streamed).contains("tool_calls").contains("weather").endsWith("[DONE]");
    }
  }

  @Test
  void takesTheResultOfAFunction() {
    String messages =
        "{'model':'%s','max_tokens':2,'messages':[{'role':'user','content':'날씨?'},"
            + "{'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'function',"
            + "'function':{'name':'weather','arguments':'{}'}}]},"
            + "{'role':'tool','tool_call_id':'c1','content':'맑음'}]}";
    JsonNode prompt =
        server.postJson(
            "/apply-template",
            messages.formatted(MODEL).replace("'arguments':'{}'", "'arguments':'{}'"));
    assertThat(prompt.get("prompt").stringValue()).contains("맑음");
    assertThat(server.post("/v1/chat/completions", messages.formatted(MODEL)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesSchemasThatCannotBeKept() {
    HttpResponse<String> refused = server.post("/api/chat", chat(",'format':{'not':{}}"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).get("error").stringValue())
        .isEqualTo("#/not: Hanok does not follow the keyword \"not\"");
    assertThat(server.post("/api/chat", chat(",'format':'yaml'")).statusCode()).isEqualTo(400);
  }
}

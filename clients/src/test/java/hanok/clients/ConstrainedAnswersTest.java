package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.output.FinishReason;
import io.github.ollama4j.Ollama;
import io.github.ollama4j.models.generate.OllamaGenerateRequest;
import io.github.ollama4j.models.request.ThinkMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.ollama.api.OllamaApi;
import org.springframework.ai.ollama.api.OllamaChatOptions;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers in a form and calls of functions, which every client asks for in its own way. A model of
 * gibberish can only keep the form if the server makes it.
 */
class ConstrainedAnswersTest {
  /** Without texts, which can be long: what LangChain4j asks for has no bounds for them. */
  private static final String MOOD =
      """
      {"type":"object","required":["mood","age"],
       "properties":{"mood":{"enum":["좋음","나쁨"]},"age":{"type":"integer"}}}\
      """;

  private static final JsonObjectSchema MOOD_SCHEMA =
      JsonObjectSchema.builder()
          .addProperty("mood", JsonEnumSchema.builder().enumValues("좋음", "나쁨").build())
          .addProperty("age", new JsonIntegerSchema())
          .required("mood", "age")
          .build();

  @TempDir static Path home;
  private static HanokServer server;
  private static FakeRegistry registry;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    NodeClients.install();
    registry = new FakeRegistry(HanokServer.weights());
    server = HanokServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
    registry.close();
  }

  private static List<ChatModel> langChain4j() {
    return List.of(
        OllamaChatModel.builder()
            .baseUrl(server.url())
            .modelName(MODEL)
            .temperature(0.0)
            .maxRetries(0)
            .build(),
        OpenAiChatModel.builder()
            .baseUrl(server.url() + "/v1")
            .apiKey("unused")
            .modelName(MODEL)
            .temperature(0.0)
            .strictJsonSchema(true)
            .strictTools(true)
            .maxRetries(0)
            .build());
  }

  private static ChatRequest.Builder question() {
    return ChatRequest.builder().messages(UserMessage.from("기분이 어때요?"));
  }

  @Test
  void langChain4jGetsWhatItsSchemaSays() {
    ResponseFormat format =
        ResponseFormat.builder()
            .type(ResponseFormatType.JSON)
            .jsonSchema(JsonSchema.builder().name("mood").rootElement(MOOD_SCHEMA).build())
            .build();
    for (ChatModel model : langChain4j()) {
      ChatResponse response = model.chat(question().responseFormat(format).build());
      Schemas.assertMatches(MOOD, response.aiMessage().text());
    }
  }

  @Test
  void langChain4jGetsACall() {
    ToolSpecification tool =
        ToolSpecification.builder().name("set_mood").parameters(MOOD_SCHEMA).build();
    ChatRequest request =
        question().toolSpecifications(tool).toolChoice(ToolChoice.REQUIRED).build();
    ChatResponse response = langChain4j().getLast().chat(request); // Ollama knows no tool_choice
    assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    ToolExecutionRequest call = response.aiMessage().toolExecutionRequests().getFirst();
    assertThat(call.name()).isEqualTo("set_mood");
    Schemas.assertMatches(MOOD, call.arguments());
  }

  @Test
  void springAiGetsWhatItsSchemaSays() {
    OllamaChatOptions options =
        OllamaChatOptions.builder()
            .model(MODEL)
            .temperature(0.0)
            .format(JsonMapper.shared().readValue(Schemas.PERSON, Map.class))
            .build();
    String text =
        Objects.requireNonNull(
                org.springframework.ai.ollama.OllamaChatModel.builder()
                    .ollamaApi(OllamaApi.builder().baseUrl(server.url()).build())
                    .options(options)
                    .build()
                    .call(new Prompt("누구세요?"))
                    .getResult())
            .getOutput()
            .getText();
    Schemas.assertMatches(Schemas.PERSON, Objects.requireNonNull(text));
  }

  @Test
  @SuppressWarnings("unchecked") // JSON objects have strings for keys
  void ollama4jGetsWhatItsSchemaSays() throws Exception {
    OllamaGenerateRequest request =
        OllamaGenerateRequest.builder()
            .withModel(MODEL)
            .withPrompt("누구세요?")
            .withThink(ThinkMode.DISABLED)
            .withFormat(JsonMapper.shared().readValue(Schemas.PERSON, Map.class))
            .build();
    String text = new Ollama(server.url()).generate(request, null).getResponse();
    Schemas.assertMatches(Schemas.PERSON, text);
  }

  private static ChatCompletion openAiJava(ChatCompletionCreateParams.Builder more) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(server.url() + "/v1").apiKey("unused").build();
    try {
      return client
          .chat()
          .completions()
          .create(more.model(MODEL).addUserMessage("누구세요?").temperature(0).build());
    } finally {
      client.close();
    }
  }

  @SuppressWarnings("unchecked") // JSON objects have strings for keys
  private static Map<String, JsonValue> values() {
    Map<String, Object> schema = JsonMapper.shared().readValue(Schemas.PERSON, Map.class);
    Map<String, JsonValue> values = new LinkedHashMap<>();
    schema.forEach((key, value) -> values.put(key, JsonValue.from(value)));
    return values;
  }

  @Test
  void openAiJavaGetsWhatItsSchemaSays() {
    ResponseFormatJsonSchema.JsonSchema schema =
        ResponseFormatJsonSchema.JsonSchema.builder()
            .name("person")
            .strict(true)
            .schema(
                ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                    .additionalProperties(values())
                    .build())
            .build();
    ChatCompletion completion =
        openAiJava(ChatCompletionCreateParams.builder().jsonSchemaResponseFormat(schema));
    Schemas.assertMatches(
        Schemas.PERSON, completion.choices().getFirst().message().content().orElseThrow());
  }

  @Test
  void openAiJavaGetsACall() {
    FunctionDefinition function =
        FunctionDefinition.builder()
            .name("greet")
            .parameters(FunctionParameters.builder().additionalProperties(values()).build())
            .build();
    ChatCompletion completion =
        openAiJava(
            ChatCompletionCreateParams.builder()
                .addFunctionTool(function)
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED));
    assertThat(completion.choices().getFirst().finishReason().asString()).isEqualTo("tool_calls");
    ChatCompletionMessageFunctionToolCall call =
        completion.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
    assertThat(call.function().name()).isEqualTo("greet");
    Schemas.assertMatches(Schemas.PERSON, call.function().arguments());
  }

  @Test
  void clientsInJavaScriptGetWhatTheirSchemasSay() throws IOException, InterruptedException {
    NodeClients.test("constrained.test.js", server, registry);
  }
}

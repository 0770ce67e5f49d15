package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.ollama.OllamaChatModel;
import org.springframework.ai.ollama.OllamaEmbeddingModel;
import org.springframework.ai.ollama.api.OllamaApi;
import org.springframework.ai.ollama.api.OllamaChatOptions;
import org.springframework.ai.ollama.api.OllamaEmbeddingOptions;
import org.springframework.ai.ollama.management.ModelManagementOptions;
import org.springframework.ai.ollama.management.OllamaModelManager;
import org.springframework.ai.ollama.management.PullModelStrategy;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * org.springframework.ai:spring-ai-ollama. Whoever leaves its stream is not noticed while it speaks
 * through the JDK's HTTP client, as here: that goes on receiving.
 */
class SpringAiOllamaTest {
  private static final Prompt HELLO =
      new Prompt(List.of(new SystemMessage("짧게"), new UserMessage("안녕")));

  @TempDir static Path home;
  private static HanokServer server;
  private static FakeRegistry registry;
  private static OllamaApi api;

  @BeforeAll
  static void start() {
    registry = new FakeRegistry(HanokServer.weights());
    server = HanokServer.start(home);
    api = OllamaApi.builder().baseUrl(server.url()).build();
  }

  @AfterAll
  static void stop() {
    server.close();
    registry.close();
  }

  private static OllamaChatOptions.Builder options() {
    return OllamaChatOptions.builder().model(MODEL).temperature(0.0).numPredict(8);
  }

  private static OllamaChatModel model(OllamaChatOptions options) {
    return OllamaChatModel.builder()
        .ollamaApi(api)
        .options(options)
        .retryTemplate(new RetryTemplate(RetryPolicy.builder().maxRetries(0).build()))
        .build();
  }

  private static String text(ChatResponse response) {
    return Objects.requireNonNull(
        Objects.requireNonNull(response.getResult()).getOutput().getText());
  }

  @Test
  void chatsWithUsage() {
    ChatResponse response = model(options().build()).call(HELLO);
    assertThat(text(response)).isNotEmpty();
    assertThat(response.getMetadata().getModel()).isEqualTo(MODEL);
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isBetween(1, 8);
    assertThat(response.getMetadata().getUsage().getPromptTokens()).isPositive();
    Duration total = response.getMetadata().get("total-duration");
    assertThat(total).isPositive();
  }

  @Test
  void streamsTheSame() {
    OllamaChatModel model = model(options().build());
    List<ChatResponse> pieces =
        Objects.requireNonNull(model.stream(HELLO).collectList().block(Duration.ofSeconds(60)));
    assertThat(pieces.stream().map(SpringAiOllamaTest::text).collect(Collectors.joining()))
        .isEqualTo(text(model.call(HELLO)));
    assertThat(pieces.getLast().getMetadata().getUsage().getCompletionTokens()).isBetween(1, 8);
  }

  @Test
  void takesAllItsOptions() {
    OllamaChatOptions options =
        options()
            .temperature(1.5)
            .seed(7)
            .topK(20)
            .topP(0.9)
            .minP(0.01)
            .tfsZ(1f)
            .typicalP(1f)
            .repeatLastN(64)
            .repeatPenalty(1.0)
            .presencePenalty(0.1)
            .frequencyPenalty(0.1)
            .mirostat(0)
            .numCtx(512)
            .numBatch(64)
            .numGPU(0)
            .numThread(2)
            .numKeep(4)
            .useMMap(true)
            .stop(List.of("끝"))
            .keepAlive("5m")
            .truncate(true)
            .disableThinking()
            .build();
    assertThat(text(model(options).call(HELLO))).isEqualTo(text(model(options).call(HELLO)));
  }

  @Test
  void embeds() {
    EmbeddingResponse response =
        OllamaEmbeddingModel.builder()
            .ollamaApi(api)
            .options(OllamaEmbeddingOptions.builder().model(MODEL).build())
            .build()
            .embedForResponse(List.of("안녕", "세상"));
    assertThat(response.getResults()).hasSize(2);
    assertThat(response.getResults().getFirst().getOutput()).hasSize(HanokServer.DIMENSIONS);
    assertThat(response.getMetadata().getUsage().getPromptTokens()).isPositive();
  }

  @Test
  void listsAndShows() {
    OllamaApi.Model listed = api.listModels().models().getFirst();
    assertThat(listed.name()).isEqualTo(MODEL + ":latest");
    assertThat(listed.modifiedAt()).isBefore(Instant.now());
    OllamaApi.ShowModelResponse shown = api.showModel(new OllamaApi.ShowModelRequest(MODEL));
    assertThat(shown.modelInfo()).containsEntry("general.architecture", "exaone");
    assertThat(shown.capabilities()).contains("completion");
  }

  @Test
  void pullsCopiesAndDeletes() {
    String name = registry.name("tiny");
    OllamaModelManager manager =
        new OllamaModelManager(
            api, ModelManagementOptions.builder().timeout(Duration.ofSeconds(60)).build());
    manager.pullModel(name, PullModelStrategy.WHEN_MISSING);
    assertThat(manager.isModelAvailable(name)).isTrue();
    api.copyModel(new OllamaApi.CopyModelRequest(name, "exaone-copy"));
    assertThat(manager.isModelAvailable("exaone-copy")).isTrue();
    manager.deleteModel("exaone-copy");
    manager.deleteModel(name);
    assertThat(manager.isModelAvailable(name)).isFalse();
  }

  @Test
  void throwsTheSentenceOfAnError() {
    assertThatThrownBy(() -> model(options().model("nobody").build()).call(HELLO))
        .hasStackTraceContaining("model 'nobody' not found");
    OllamaChatModel model = model(options().build());
    assertThatThrownBy(() -> model.call(new Prompt(HanokServer.TOO_LONG)))
        .hasStackTraceContaining("the context holds");
    assertThatThrownBy(() -> model.stream(new Prompt(HanokServer.TOO_LONG)).blockLast())
        .hasStackTraceContaining("400");
  }
}

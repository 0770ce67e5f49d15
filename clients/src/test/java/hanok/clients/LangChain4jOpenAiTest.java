package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.catalog.ModelDescription;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiModelCatalog;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dev.langchain4j:langchain4j-open-ai. */
class LangChain4jOpenAiTest {
  @TempDir static Path home;
  private static HanokServer server;

  @BeforeAll
  static void start() {
    server = HanokServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String url() {
    return server.url() + "/v1";
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder model() {
    return OpenAiChatModel.builder()
        .baseUrl(url())
        .apiKey("unused")
        .modelName(MODEL)
        .temperature(0.0)
        .maxTokens(8)
        .maxRetries(0);
  }

  private static OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder streaming() {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(url())
        .apiKey("unused")
        .modelName(MODEL)
        .temperature(0.0);
  }

  @Test
  void chatsWithUsage() {
    ChatResponse response = model().build().chat(SystemMessage.from("짧게"), UserMessage.from("안녕"));
    assertThat(response.aiMessage().text()).isNotEmpty();
    assertThat(response.finishReason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    assertThat(response.tokenUsage().outputTokenCount()).isBetween(1, 8);
    OpenAiChatResponseMetadata metadata = (OpenAiChatResponseMetadata) response.metadata();
    assertThat(metadata.created()).isGreaterThan(1_000_000_000);
    assertThat(metadata.tokenUsage().inputTokensDetails().cachedTokens()).isNotNegative();
  }

  @Test
  void streamsTheSame() throws Exception {
    ChatResponse whole = model().build().chat(UserMessage.from("안녕"));
    StreamedAnswer streamed = new StreamedAnswer();
    streaming().maxTokens(8).build().chat("안녕", streamed);
    ChatResponse last = streamed.response();
    assertThat(streamed.text()).isEqualTo(whole.aiMessage().text());
    assertThat(last.tokenUsage().outputTokenCount())
        .isEqualTo(whole.tokenUsage().outputTokenCount());
  }

  @Test
  void takesAllItsOptions() {
    OpenAiChatModel.OpenAiChatModelBuilder builder =
        model()
            .temperature(1.5)
            .seed(7)
            .topP(0.9)
            .presencePenalty(0.1)
            .frequencyPenalty(0.1)
            .stop(List.of("끝"))
            .user("누구")
            .parallelToolCalls(false)
            .store(false)
            .metadata(Map.of("a", "b"))
            .serviceTier("auto")
            .reasoningEffort("low")
            .maxCompletionTokens(8)
            .customParameters(Map.of("top_k", 20, "min_p", 0.01));
    assertThat(builder.build().chat("안녕")).isEqualTo(builder.build().chat("안녕"));
  }

  @Test
  void completes() {
    String text =
        OpenAiLanguageModel.builder()
            .baseUrl(url())
            .apiKey("unused")
            .modelName(MODEL)
            .build()
            .generate("옛날 옛적에")
            .content();
    assertThat(text).isNotNull();
  }

  @Test
  void embeds() {
    List<TextSegment> texts = List.of(TextSegment.from("안녕"), TextSegment.from("세상"));
    for (String format : List.of("float", "base64")) {
      List<Embedding> vectors =
          OpenAiEmbeddingModel.builder()
              .baseUrl(url())
              .apiKey("unused")
              .modelName(MODEL)
              .encodingFormat(format)
              .build()
              .embedAll(texts)
              .content();
      assertThat(vectors).hasSize(2);
      assertThat(vectors.getLast().dimension()).as(format).isEqualTo(HanokServer.DIMENSIONS);
    }
  }

  @Test
  void listsModels() {
    List<ModelDescription> models =
        OpenAiModelCatalog.builder().baseUrl(url()).apiKey("unused").build().listModels();
    assertThat(models).extracting(ModelDescription::name).contains(MODEL + ":latest");
  }

  @Test
  void throwsErrorsOfTheRightClass() {
    assertThatThrownBy(() -> model().modelName("nobody").build().chat("안녕"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("model 'nobody' not found");
    assertThatThrownBy(() -> model().build().chat(HanokServer.TOO_LONG))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("context_length_exceeded");
    StreamedAnswer streamed = new StreamedAnswer();
    streaming().build().chat(HanokServer.TOO_LONG, streamed);
    assertThatThrownBy(streamed::response).hasMessageContaining("the context holds");
  }

  @Test
  void leavesAStream() throws Exception {
    server.assertNotices(() -> {
      StreamedAnswer streamed = new StreamedAnswer(3);
      streaming().frequencyPenalty(-2.0).build().chat("안녕", streamed);
      streamed.awaitLeaving();
    });
  }
}

package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.ollama.OllamaLanguageModel;
import dev.langchain4j.model.ollama.OllamaModel;
import dev.langchain4j.model.ollama.OllamaModelCard;
import dev.langchain4j.model.ollama.OllamaModels;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.ollama.RunningOllamaModel;
import dev.langchain4j.model.output.FinishReason;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dev.langchain4j:langchain4j-ollama. */
class LangChain4jOllamaTest {
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

  private static OllamaChatModel.OllamaChatModelBuilder model() {
    return OllamaChatModel.builder()
        .baseUrl(server.url())
        .modelName(MODEL)
        .temperature(0.0)
        .numPredict(8)
        .maxRetries(0);
  }

  private static OllamaStreamingChatModel.OllamaStreamingChatModelBuilder streaming() {
    return OllamaStreamingChatModel.builder()
        .baseUrl(server.url())
        .modelName(MODEL)
        .temperature(0.0)
        .numPredict(8);
  }

  @Test
  void chatsWithUsage() {
    ChatResponse response = model().build().chat(SystemMessage.from("짧게"), UserMessage.from("안녕"));
    assertThat(response.aiMessage().text()).isNotEmpty();
    assertThat(response.modelName()).isEqualTo(MODEL);
    assertThat(response.finishReason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    assertThat(response.tokenUsage().inputTokenCount()).isPositive();
    assertThat(response.tokenUsage().outputTokenCount()).isBetween(1, 8);
  }

  @Test
  void streamsTheSame() throws Exception {
    ChatResponse whole = model().build().chat(UserMessage.from("안녕"));
    StreamedAnswer streamed = new StreamedAnswer();
    streaming().build().chat("안녕", streamed);
    ChatResponse last = streamed.response();
    assertThat(streamed.text()).isEqualTo(whole.aiMessage().text());
    assertThat(last.aiMessage().text()).isEqualTo(whole.aiMessage().text());
    assertThat(last.tokenUsage().outputTokenCount())
        .isEqualTo(whole.tokenUsage().outputTokenCount());
  }

  @Test
  void takesAllItsOptions() {
    OllamaChatModel.OllamaChatModelBuilder builder = model();
    builder.seed(7).topK(20).topP(0.9).minP(0.01).repeatPenalty(1.0).repeatLastN(32).numCtx(512);
    builder.mirostat(0).mirostatEta(0.1).mirostatTau(5.0).stop(List.of("끝")).think(false);
    builder.temperature(1.5);
    assertThat(builder.build().chat("안녕")).isEqualTo(builder.build().chat("안녕"));
  }

  @Test
  void endsAtAStopText() {
    String text = model().numPredict(30).build().chat("안녕");
    String stop = text.substring(2, 3);
    assertThat(model().numPredict(30).stop(List.of(stop)).build().chat("안녕"))
        .isEqualTo(text.substring(0, text.indexOf(stop)));
  }

  @Test
  void generates() {
    String text =
        OllamaLanguageModel.builder()
            .baseUrl(server.url())
            .modelName(MODEL)
            .numPredict(8)
            .build()
            .generate("옛날 옛적에")
            .content();
    assertThat(text).isNotNull();
  }

  @Test
  void embeds() {
    OllamaEmbeddingModel model =
        OllamaEmbeddingModel.builder().baseUrl(server.url()).modelName(MODEL).build();
    List<Embedding> vectors =
        model.embedAll(List.of(TextSegment.from("안녕"), TextSegment.from("세상"))).content();
    assertThat(vectors).hasSize(2);
    for (Embedding vector : vectors) {
      assertThat(vector.dimension()).isEqualTo(HanokServer.DIMENSIONS);
      double squares = 0;
      for (float value : vector.vector()) {
        squares += value * value;
      }
      assertThat(squares).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void listsAndShowsModels() {
    OllamaModels models = OllamaModels.builder().baseUrl(server.url()).build();
    OllamaModel listed = models.availableModels().content().getFirst();
    assertThat(listed.getName()).isEqualTo(MODEL + ":latest");
    assertThat(listed.getModifiedAt()).isBefore(OffsetDateTime.now(ZoneOffset.UTC));
    assertThat(listed.getDetails().getFamily()).isEqualTo("exaone");
    OllamaModelCard card = models.modelCard(listed).content();
    assertThat(card.getModelInfo()).containsEntry("general.architecture", "exaone");
    assertThat(card.getCapabilities()).contains("completion");
    model().build().chat("안녕");
    RunningOllamaModel running = models.runningModels().content().getFirst();
    assertThat(running.getName()).isEqualTo(MODEL + ":latest");
    assertThat(running.getExpiresAt()).isAfter(OffsetDateTime.now(ZoneOffset.UTC));
    assertThat(running.getContextLength()).isEqualTo(HanokServer.CONTEXT);
  }

  @Test
  void throwsErrorsOfTheRightClass() {
    assertThatThrownBy(() -> model().modelName("nobody").build().chat("안녕"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("model 'nobody' not found");
    assertThatThrownBy(() -> model().build().chat(HanokServer.TOO_LONG))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the context holds " + HanokServer.CONTEXT);
    StreamedAnswer streamed = new StreamedAnswer();
    streaming().build().chat(HanokServer.TOO_LONG, streamed);
    assertThatThrownBy(streamed::response).hasMessageContaining("the context holds");
    OllamaModels models = OllamaModels.builder().baseUrl(server.url()).maxRetries(0).build();
    assertThatThrownBy(() -> models.deleteModel("nobody"))
        .hasMessageContaining("model 'nobody' not found");
  }

  @Test
  void leavesAStream() throws Exception {
    server.assertNotices(() -> {
      StreamedAnswer streamed = new StreamedAnswer(3);
      streaming().numPredict(-1).repeatPenalty(0.5).build().chat("안녕", streamed);
      streamed.awaitLeaving();
    });
  }
}

package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ollama4j.Ollama;
import io.github.ollama4j.exceptions.OllamaException;
import io.github.ollama4j.models.chat.OllamaChatMessageRole;
import io.github.ollama4j.models.chat.OllamaChatRequest;
import io.github.ollama4j.models.chat.OllamaChatResponseModel;
import io.github.ollama4j.models.chat.OllamaChatResult;
import io.github.ollama4j.models.embed.OllamaEmbedRequest;
import io.github.ollama4j.models.embed.OllamaEmbedResult;
import io.github.ollama4j.models.generate.OllamaGenerateRequest;
import io.github.ollama4j.models.generate.OllamaGenerateStreamObserver;
import io.github.ollama4j.models.request.CustomModelRequest;
import io.github.ollama4j.models.request.ThinkMode;
import io.github.ollama4j.models.response.Model;
import io.github.ollama4j.models.response.OllamaResult;
import io.github.ollama4j.utils.Options;
import io.github.ollama4j.utils.OptionsBuilder;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** io.github.ollama4j:ollama4j. */
class Ollama4jTest {
  @TempDir static Path home;
  private static HanokServer server;
  private static FakeRegistry registry;
  private static Ollama ollama;

  @BeforeAll
  static void start() {
    registry = new FakeRegistry(HanokServer.weights());
    server = HanokServer.start(home);
    ollama = new Ollama(server.url());
    ollama.setRequestTimeoutSeconds(60);
    ollama.setNumberOfRetriesForModelPull(0);
  }

  @AfterAll
  static void stop() {
    server.close();
    registry.close();
  }

  private static Options options() {
    return new OptionsBuilder().setNumPredict(8).setTemperature(0).build();
  }

  private static OllamaChatRequest chat() {
    return OllamaChatRequest.builder()
        .withModel(MODEL)
        .withMessage(OllamaChatMessageRole.SYSTEM, "짧게")
        .withMessage(OllamaChatMessageRole.USER, "안녕")
        .withOptions(options())
        .build();
  }

  @Test
  void findsTheServer() throws OllamaException {
    assertThat(ollama.ping()).isTrue();
    assertThat(ollama.getVersion()).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void chatsWholeAndStreamed() throws OllamaException {
    OllamaChatResult whole = ollama.chat(chat(), null);
    OllamaChatResponseModel model = whole.getResponseModel();
    assertThat(model.isDone()).isTrue();
    assertThat(model.getEvalCount()).isBetween(1, 8);
    assertThat(model.getPromptEvalCount()).isPositive();
    assertThat(model.getTotalDuration()).isPositive();
    assertThat(whole.getChatHistory()).hasSize(3);
    StringBuilder text = new StringBuilder();
    OllamaChatResult streamed =
        ollama.chat(
            chat().withStreaming().build(), piece -> text.append(piece.getMessage().getResponse()));
    assertThat(text.toString()).isEqualTo(model.getMessage().getResponse());
    assertThat(streamed.getResponseModel().getEvalCount()).isEqualTo(model.getEvalCount());
  }

  @Test
  void generates() throws OllamaException {
    OllamaGenerateRequest request =
        OllamaGenerateRequest.builder()
            .withModel(MODEL)
            .withPrompt("옛날 옛적에")
            .withOptions(options())
            .withKeepAlive("5m")
            .withThink(ThinkMode.DISABLED) // without it the client fails by itself
            .build();
    OllamaResult whole = ollama.generate(request, null);
    assertThat(whole.getResponse()).isNotEmpty();
    StringBuilder text = new StringBuilder();
    request.setStream(true);
    ollama.generate(request, new OllamaGenerateStreamObserver(null, text::append));
    assertThat(text.toString()).isEqualTo(whole.getResponse());
  }

  @Test
  void embeds() throws OllamaException {
    OllamaEmbedResult result = ollama.embed(new OllamaEmbedRequest(MODEL, List.of("안녕", "세상")));
    assertThat(result.getEmbeddings()).hasSize(2);
    assertThat(result.getEmbeddings().getFirst()).hasSize(HanokServer.DIMENSIONS);
    assertThat(result.getPromptEvalCount()).isPositive();
  }

  @Test
  void listsShowsAndUnloads() throws OllamaException, InterruptedException {
    ollama.chat(chat(), null);
    Model listed =
        ollama.listModels().stream()
            .filter(m -> m.getName().equals(MODEL + ":latest"))
            .findFirst()
            .orElseThrow();
    assertThat(listed.getModifiedAt()).isBefore(OffsetDateTime.now(ZoneOffset.UTC));
    assertThat(listed.getModelMeta().getQuantizationLevel()).isEqualTo("Q5_K_M");
    assertThat(ollama.getModelDetails(MODEL).getCapabilities()).contains("completion");
    assertThat(ollama.ps().getModels()).extracting("name").contains(MODEL + ":latest");
    ollama.unloadModel(MODEL);
    for (int i = 0; i < 100 && !ollama.ps().getModels().isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(ollama.ps().getModels()).isEmpty();
  }

  @Test
  void pullsDerivesAndDeletes() throws OllamaException {
    String name = registry.name("tiny"); // of this machine, which needs no TLS
    ollama.pullModel(name);
    assertThat(ollama.listModels()).extracting(Model::getName).contains(name);
    ollama.createModel(
        CustomModelRequest.builder().model("exaone-derived").from(name).system("짧게").build());
    assertThat(ollama.getModelDetails("exaone-derived").getSystem()).isEqualTo("짧게");
    ollama.deleteModel("exaone-derived", false);
    ollama.deleteModel(name, false);
    assertThat(ollama.listModels()).extracting(Model::getName).containsExactly(MODEL + ":latest");
  }

  @Test
  void throwsTheSentenceOfAnError() {
    OllamaChatRequest unknown = chat().withModel("nobody").build();
    assertThatThrownBy(() -> ollama.chat(unknown, null))
        .hasStackTraceContaining("model 'nobody' not found");
    OllamaChatRequest tooLong =
        chat().withMessage(OllamaChatMessageRole.USER, HanokServer.TOO_LONG).build();
    assertThatThrownBy(() -> ollama.chat(tooLong, null))
        .hasStackTraceContaining("the context holds");
    assertThatThrownBy(() -> ollama.pullModel(registry.name("broken")))
        .isInstanceOf(OllamaException.class);
  }
}

package hanok.clients;

import static hanok.clients.HanokServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** com.openai:openai-java. */
class OpenAiJavaTest {
  @TempDir static Path home;
  private static HanokServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = HanokServer.start(home);
    client = client(server);
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static OpenAIClient client(HanokServer server) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.url() + "/v1")
        .apiKey("unused")
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage("안녕")
        .maxCompletionTokens(8)
        .temperature(0);
  }

  private static ChatCompletionCreateParams endless() {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage("안녕")
        .temperature(0)
        .frequencyPenalty(-2) // it repeats itself until the context is full
        .build();
  }

  private static String text(ChatCompletion completion) {
    return completion.choices().getFirst().message().content().orElseThrow();
  }

  @Test
  void chatsWithUsage() {
    ChatCompletion completion =
        client.chat().completions().create(chat().addSystemMessage("짧게").build());
    assertThat(text(completion)).isNotEmpty();
    assertThat(completion.validate().choices().getFirst().finishReason().asString())
        .isIn("stop", "length");
    assertThat(completion.usage().orElseThrow().completionTokens()).isBetween(1L, 8L);
    assertThat(completion.usage().orElseThrow().promptTokensDetails().orElseThrow().cachedTokens())
        .isPresent();
  }

  @Test
  void streamsTheSame() {
    ChatCompletion whole = client.chat().completions().create(chat().build());
    StringBuilder text = new StringBuilder();
    ChatCompletionCreateParams params =
        chat()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      chunks = stream.stream().toList();
    }
    for (ChatCompletionChunk chunk : chunks) {
      chunk.validate().choices().forEach(c -> c.delta().content().ifPresent(text::append));
    }
    assertThat(text.toString()).isEqualTo(text(whole));
    assertThat(chunks.getLast().usage().orElseThrow().completionTokens())
        .isEqualTo(whole.usage().orElseThrow().completionTokens());
  }

  @Test
  @SuppressWarnings("deprecation") // OpenAI would rather have no seeds; Hanok keeps its word
  void takesSeedsAndStops() {
    ChatCompletionCreateParams seeded = chat().temperature(1.5).seed(7).stop("끝").n(2).build();
    ChatCompletion first = client.chat().completions().create(seeded);
    ChatCompletion second = client.chat().completions().create(seeded);
    assertThat(first.choices()).hasSize(2);
    assertThat(text(first)).isEqualTo(text(second));
    String whole = text(client.chat().completions().create(chat().build()));
    ChatCompletion cut =
        client.chat().completions().create(chat().stop(whole.substring(1, 2)).build());
    assertThat(text(cut)).isEqualTo(whole.substring(0, whole.indexOf(whole.substring(1, 2))));
  }

  @Test
  void tellsProbabilities() {
    ChatCompletion completion =
        client.chat().completions().create(chat().logprobs(true).topLogprobs(2).build());
    List<ChatCompletionTokenLogprob> tokens =
        completion.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    assertThat(tokens).hasSize((int) completion.usage().orElseThrow().completionTokens());
    assertThat(tokens)
        .allSatisfy(token -> {
          assertThat(token.logprob()).isNotPositive();
          assertThat(token.topLogprobs()).hasSize(2);
        });
  }

  @Test
  void completes() {
    CompletionCreateParams params =
        CompletionCreateParams.builder().model(MODEL).prompt("옛날 옛적에").maxTokens(8).build();
    Completion completion = client.completions().create(params);
    assertThat(completion.validate().choices()).hasSize(1);
    try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
      assertThat(stream.stream().toList()).isNotEmpty();
    }
  }

  @Test
  void listsAndFindsModels() {
    List<String> ids =
        client.models().list().autoPager().stream().map(model -> model.validate().id()).toList();
    assertThat(ids).contains(MODEL + ":latest");
    Model found = client.models().retrieve(MODEL + ":latest");
    assertThat(found.id()).isEqualTo(MODEL + ":latest");
    assertThatThrownBy(() -> client.models().retrieve("someone/nobody"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void embedsAsBase64AndAsNumbers() {
    EmbeddingCreateParams.Builder params =
        EmbeddingCreateParams.builder().model(MODEL).inputOfArrayOfStrings(List.of("안녕", "세상"));
    CreateEmbeddingResponse base64 = client.embeddings().create(params.build());
    CreateEmbeddingResponse numbers =
        client
            .embeddings()
            .create(params.encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT).build());
    List<Float> decoded = base64.data().getLast().embedding();
    assertThat(decoded).hasSize(HanokServer.DIMENSIONS);
    for (int i = 0; i < decoded.size(); i++) {
      assertThat(decoded.get(i))
          .isCloseTo(numbers.data().getLast().embedding().get(i), within(1e-4f));
    }
    assertThat(base64.usage().promptTokens()).isPositive();
  }

  @Test
  void answersResponses() {
    ResponseCreateParams params =
        ResponseCreateParams.builder()
            .model(MODEL)
            .input("안녕")
            .instructions("짧게")
            .maxOutputTokens(16)
            .temperature(0)
            .build();
    Response response = client.responses().create(params);
    String text =
        response
            .validate()
            .output()
            .getFirst()
            .asMessage()
            .content()
            .getFirst()
            .asOutputText()
            .text();
    assertThat(response.usage().orElseThrow().outputTokens()).isBetween(1L, 16L);
    StringBuilder streamed = new StringBuilder();
    try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(params)) {
      events.stream()
          .forEach(event ->
              event.validate().outputTextDelta().ifPresent(d -> streamed.append(d.delta())));
    }
    assertThat(streamed.toString()).isEqualTo(text);
  }

  @Test
  void throwsErrorsOfTheRightClass() {
    assertThatThrownBy(() -> client.chat().completions().create(chat().model("nobody").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("model 'nobody' not found");
    ChatCompletionCreateParams tooLong = chat().addUserMessage(HanokServer.TOO_LONG).build();
    assertThatThrownBy(() -> client.chat().completions().create(tooLong))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> assertThat(e.code()).contains("context_length_exceeded"));
    assertThatThrownBy(() -> client.chat().completions().createStreaming(tooLong))
        .isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> client.chat().completions().create(chat().temperature(-1).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("temperature");
  }

  @Test
  void leavesAStream() throws Exception {
    server.assertNotices(OpenAiJavaTest::leave);
  }

  private static void leave() {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(endless())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      chunks.next();
      chunks.next();
    }
  }

  @Test
  void seesThatAnAnswerIsCutOffWhenTheServerStops(@TempDir Path other) {
    HanokServer stopping = HanokServer.start(other, Duration.ZERO);
    OpenAIClient its = client(stopping);
    try (StreamResponse<ChatCompletionChunk> stream =
        its.chat().completions().createStreaming(endless())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      chunks.next();
      stopping.close();
      assertThatThrownBy(() -> chunks.forEachRemaining(chunk -> {}))
          .isInstanceOf(OpenAIException.class);
    } finally {
      its.close();
    }
  }
}

package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.engine.Scheduler.Limits;
import hanok.engine.Scheduler.Ticket;
import hanok.model.ModelConfig.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SchedulerTest {
  @TempDir Path folder;
  private Model model;

  @BeforeEach
  void load() {
    Path path = folder.resolve("tiny.gguf");
    TinyModel.write(path, TinyModel.config(Architecture.EXAONE, 4, 2), false, false, 1);
    model = Model.load(path, LoadOptions.DEFAULT.withThreads(2).withOneDnn(false));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void answersAsEachRequestWouldBeAnsweredAlone() throws Exception {
    List<Generation.Request> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      requests.add(request(i, 3 + 17 * i % 90, 5 + 7 * i % 60, i % 3 == 0 ? 0 : 0.9f));
    }
    List<String> expected = new ArrayList<>();
    for (Generation.Request request : requests) {
      try (Session alone = model.newSession(256)) {
        expected.add(Generation.run(model, alone, request, text -> {}, () -> false).text());
      }
    }
    try (Scheduler scheduler = new Scheduler(model, new Limits(5, 20, 256, KvType.F16, 20))) {
      List<StringBuilder> streamed = new ArrayList<>();
      List<Ticket> tickets = new ArrayList<>();
      for (Generation.Request request : requests) {
        StringBuilder text = new StringBuilder();
        streamed.add(text);
        tickets.add(scheduler.submit(request, text::append));
      }
      for (int i = 0; i < tickets.size(); i++) {
        Generation.Result result = tickets.get(i).result().get();
        assertThat(result.text()).as("request %d", i).isEqualTo(expected.get(i));
        assertThat(streamed.get(i).toString()).isEqualTo(expected.get(i));
        assertThat(result.reason()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  /** On request whatever meets in a pass: single tokens, foreseen ones, parts of prompts. */
  @ParameterizedTest
  @ValueSource(strings = {"exaone-a-Q5_K_M", "exaone-a-Q4_0", "exaone-a-Q8_0", "exaone-a-Q6_K"})
  void quantisedModelsAnswerTheSameInAnyCompany(String name) throws Exception {
    LoadOptions options = LoadOptions.DEFAULT.withThreads(2).withBatchInvariant(true);
    try (Model golden = Model.load(Golden.read(name).gguf(), options)) {
      List<Generation.Request> requests = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int[] prompt = new Random(i).ints(5 + 20 * i, 0, 300).toArray();
        SamplerOptions sampling = SamplerOptions.DEFAULT.toBuilder().temperature(1).seed(i).build();
        requests.add(new Generation.Request(prompt, sampling, 20, List.of(), i % 2 == 0));
      }
      try (Scheduler scheduler = new Scheduler(golden, new Limits(4, 9, 256, KvType.F16, 30))) {
        List<Ticket> tickets = requests.stream().map(r -> scheduler.submit(r, t -> {})).toList();
        for (int i = 0; i < tickets.size(); i++) {
          String together = tickets.get(i).result().get().text();
          try (Session alone = golden.newSession(256)) {
            Generation.Result expected =
                Generation.run(golden, alone, requests.get(i), text -> {}, () -> false);
            assertThat(together).as("request %d", i).isEqualTo(expected.text());
          }
        }
      }
    }
  }

  @Test
  void beginsWhereAnotherRequestHasComputedTheSame() throws Exception {
    try (Scheduler scheduler = new Scheduler(model, Limits.of(2, 4, 512))) {
      Generation.Request first = request(1, 300, 10, 0);
      scheduler.submit(first, text -> {}).result().get();
      int[] longer = Arrays.copyOf(first.prompt(), 320);
      Generation.Request second = withPrompt(first, longer);
      assertThat(scheduler.submit(second, text -> {}).result().get().reusedTokens()).isEqualTo(300);
      int[] other = longer.clone();
      other[200]++;
      Generation.Result third = scheduler.submit(withPrompt(first, other), t -> {}).result().get();
      assertThat(third.reusedTokens()).isEqualTo(200);
      assertThat(third.text()).isEqualTo(continuation(other, 10));
    }
  }

  @Test
  void aTicketThatIsCancelledMakesRoomForOthers() throws Exception {
    try (Scheduler scheduler = new Scheduler(model, Limits.of(1, 4, 1024))) {
      CountDownLatch begun = new CountDownLatch(1);
      Ticket endless = scheduler.submit(request(2, 20, -1, 0), text -> begun.countDown());
      Ticket next = scheduler.submit(request(3, 20, 5, 0), text -> {});
      begun.await();
      endless.cancel();
      Generation.Result cancelled = endless.result().get();
      assertThat(cancelled.reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(cancelled.text()).isNotEmpty();
      assertThat(next.result().get().generatedTokens()).isEqualTo(5);
    }
  }

  @Test
  void refusesMoreThanMayWait() throws Exception {
    try (Scheduler scheduler = new Scheduler(model, Limits.of(1, 1, 1024))) {
      List<Ticket> tickets = new ArrayList<>();
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> {
            for (int i = 0; i < 10; i++) {
              tickets.add(scheduler.submit(request(i, 200, -1, 0), text -> {}));
            }
          })
          .withMessage("2 requests are being answered or wait already");
      assertThat(tickets).hasSize(2);
      tickets.forEach(Ticket::cancel);
      for (Ticket ticket : tickets) {
        assertThat(ticket.result().get().reason()).isEqualTo(FinishReason.CANCELLED);
      }
    }
  }

  @Test
  void aRequestThatDoesNotFitFailsAlone() throws Exception {
    try (Scheduler scheduler = new Scheduler(model, Limits.of(2, 4, 64))) {
      Ticket good = scheduler.submit(request(1, 20, 10, 0), text -> {});
      Ticket bad = scheduler.submit(request(1, 65, 10, 0), text -> {});
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> bad.result().get())
          .withMessageContaining("the prompt has 65 tokens, the context holds 64");
      Ticket listenerFails =
          scheduler.submit(
              request(1, 20, 10, 0),
              text -> {
                throw new IllegalStateException("nobody listens");
              });
      assertThatThrownBy(() -> listenerFails.result().get()).hasMessageContaining("nobody listens");
      assertThat(good.result().get().generatedTokens()).isEqualTo(10);
    }
  }

  @Test
  void closingFailsWhatIsNotFinished() throws Exception {
    Scheduler scheduler = new Scheduler(model, Limits.of(1, 4, 1024));
    Ticket going = scheduler.submit(request(1, 20, -1, 0), text -> {});
    Ticket waits = scheduler.submit(request(2, 20, -1, 0), text -> {});
    scheduler.close();
    assertThatThrownBy(() -> going.result().get(1, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> waits.result().get(1, TimeUnit.SECONDS)).isNotNull();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> scheduler.submit(request(1, 2, 3, 0), text -> {}));
  }

  @Test
  void saysWhichLimitIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.of(0, 1, 1))
        .withMessage("sequences must be in [1, 64], got 0");
  }

  private String continuation(int[] prompt, int tokens) {
    try (Session fresh = model.newSession(512)) {
      fresh.prefill(prompt);
      Sampler sampler = new Sampler(forbidControl(0), model.config().vocab());
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < tokens; i++) {
        int id = sampler.sample(fresh.logits());
        text.append((char) id);
        fresh.forward(id);
      }
      return model.tokenizer().decode(text.chars().toArray());
    }
  }

  private Generation.Request request(int seed, int length, int maxTokens, float temperature) {
    int[] prompt = new Random(seed).ints(length, 32, 127).toArray();
    return new Generation.Request(prompt, forbidControl(temperature), maxTokens, List.of());
  }

  private static Generation.Request withPrompt(Generation.Request request, int[] prompt) {
    return new Generation.Request(prompt, request.sampling(), request.maxTokens(), request.stop());
  }

  /** No control token, so that an answer is text and does not end. */
  private static SamplerOptions forbidControl(float temperature) {
    Map<Integer, Float> bias = new HashMap<>();
    for (int id = 128; id < 300; id++) {
      bias.put(id, Float.NEGATIVE_INFINITY);
    }
    return SamplerOptions.DEFAULT.toBuilder()
        .temperature(temperature)
        .seed(5)
        .logitBias(bias)
        .build();
  }
}

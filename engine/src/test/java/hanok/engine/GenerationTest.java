package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import hanok.model.ModelConfig.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationTest {
  @TempDir Path folder;
  private Model model;
  private Session session;

  private final int[] prompt = new Random(8).ints(40, 32, 127).toArray();
  private final List<String> pieces = new ArrayList<>();

  /** No control token, so that the answer is text and does not end. */
  private final SamplerOptions greedy = forbidFrom(SamplerOptions.GREEDY, 256);

  @BeforeEach
  void load() {
    Path path = folder.resolve("tiny.gguf");
    TinyModel.write(path, TinyModel.config(Architecture.EXAONE, 4, 2), false, false, 1);
    model = Model.load(path, LoadOptions.DEFAULT.withThreads(2));
    session = model.newSession(128);
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void streamsThePiecesOfTheText() {
    Generation.Result result = run(prompt, greedy, 20, List.of());
    assertThat(result.text()).isEqualTo(String.join("", pieces));
    assertThat(result.generatedTokens()).isEqualTo(20);
    assertThat(result.reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(result.promptTokens()).isEqualTo(40);
    assertThat(result.reusedTokens()).isZero();
  }

  @Test
  void stopsWhereTheContextEnds() {
    Generation.Result result = run(prompt, greedy, -1, List.of());
    assertThat(result.generatedTokens()).isEqualTo(128 - 40 + 1);
    assertThat(result.reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(session.position()).isEqualTo(128);
  }

  @Test
  void stopsAtTheEndOfGenerationToken() {
    SamplerOptions only = greedy.toBuilder().logitBias(Map.of(256, 1000f)).build();
    Generation.Result result = run(prompt, only, -1, List.of());
    assertThat(result.text()).isEmpty();
    assertThat(result.generatedTokens()).isZero();
    assertThat(result.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void stopsBeforeAStopString() {
    String whole = run(prompt, greedy, 30, List.of()).text();
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 1);
    pieces.clear();
    Generation.Result result = run(prompt, greedy, 30, List.of(stop));
    assertThat(result.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(String.join("", pieces)).isEqualTo(result.text());
    assertThat(result.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void reusesWhatTheSessionHasSeenAndAnswersTheSame() {
    String first = run(prompt, greedy, 20, List.of()).text();
    int[] seen = session.tokens();
    int[] longer = Arrays.copyOf(seen, seen.length + 5);
    Generation.Result second = run(longer, greedy, 10, List.of());
    assertThat(second.reusedTokens()).isEqualTo(seen.length);
    session = model.newSession(128);
    assertThat(run(longer, greedy, 10, List.of()).text()).isEqualTo(second.text());
    assertThat(run(prompt, greedy, 20, List.of()).text()).isEqualTo(first);
    assertThat(run(prompt, greedy, 20, List.of()).reusedTokens()).isEqualTo(39);
  }

  @Test
  void isCancelledInThePromptAndInTheAnswer() {
    Generation.Request request = new Generation.Request(prompt, greedy, -1, List.of(), false);
    Generation.Result early =
        Generation.run(model, session, request, text -> {}, () -> session.position() == 0);
    assertThat(early.reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(early.generatedTokens()).isZero();
    Generation.Result late =
        Generation.run(model, session, request, text -> {}, () -> session.position() == 60);
    assertThat(late.reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(late.generatedTokens()).isEqualTo(21); // the last one is not computed
  }

  @Test
  void theSeedInTheResultGivesTheSameAnswerAgain() {
    SamplerOptions hot =
        forbidFrom(SamplerOptions.DEFAULT.toBuilder().temperature(2).seed(-1).build(), 256);
    Generation.Result first = run(prompt, hot, 30, List.of());
    SamplerOptions again = hot.toBuilder().seed(first.seed()).build();
    assertThat(run(prompt, again, 30, List.of()).text()).isEqualTo(first.text());
  }

  @Test
  void foreseesWhatHasStoodBeforeAndAnswersTheSame() {
    for (int letters = 1; letters <= 3; letters++) {
      Map<Integer, Float> few = new HashMap<>(greedy.logitBias());
      for (int id = 0; id < 256; id++) {
        few.put(id, id >= 'a' && id < 'a' + letters ? 0 : Float.NEGATIVE_INFINITY);
      }
      SamplerOptions sampling =
          greedy.toBuilder().temperature(0.7f).topK(40).seed(3).logitBias(few).build();
      Generation.Request plain = new Generation.Request(prompt, sampling, -1, List.of(), false);
      Generation.Result expected = Generation.run(model, session, plain, text -> {}, () -> false);
      Generation.Result actual = run(prompt, sampling, -1, List.of());
      assertThat(actual.text()).isEqualTo(expected.text());
      assertThat(actual.generatedTokens()).isEqualTo(expected.generatedTokens());
      assertThat(actual.draftedTokens()).isGreaterThan(0);
      assertThat(actual.acceptedTokens()).isBetween(letters == 1 ? 1 : 0, actual.draftedTokens());
      assertThat(expected.draftedTokens()).isZero();
      assertThat(session.position()).isEqualTo(128);
    }
  }

  @Test
  void choosesOnlyWhatAConstraintAllowsAlsoWithForeseenTokens() {
    for (boolean lookup : new boolean[] {false, true}) {
      Alternating form = new Alternating(30);
      SamplerOptions sampling = SamplerOptions.DEFAULT.toBuilder().seed(5).build();
      Generation.Request request =
          new Generation.Request(prompt, sampling, -1, List.of(), lookup, form, -1);
      Generation.Result result = Generation.run(model, session, request, text -> {}, () -> false);
      assertThat(result.text()).matches("([a-c][0-9]){15}");
      assertThat(result.reason()).isEqualTo(FinishReason.STOP);
      assertThat(form.seen).hasSize(30);
    }
  }

  @Test
  void tellsHowLikelyTheTokensWere() {
    List<TokenChoice> choices = new ArrayList<>();
    Generation.Listener listener =
        new Generation.Listener() {
          @Override
          public void text(String piece) {
            pieces.add(piece);
          }

          @Override
          public void token(TokenChoice choice) {
            choices.add(choice);
          }
        };
    Generation.Request request =
        new Generation.Request(prompt, greedy, 20, List.of(), true, null, 3);
    Generation.run(model, session, request, listener, () -> false);
    int[] ids = choices.stream().mapToInt(TokenChoice::id).toArray();
    int[] all = Arrays.copyOf(prompt, prompt.length + ids.length);
    System.arraycopy(ids, 0, all, prompt.length, ids.length);
    assertThat(model.tokenizer().decode(ids)).isEqualTo(String.join("", pieces));
    List<TokenChoice> scored = Scoring.score(model, all, 3, () -> false);
    for (int i = 0; i < ids.length; i++) {
      TokenChoice expected = scored.get(prompt.length - 1 + i);
      assertThat(choices.get(i).topIds()).containsExactly(expected.topIds());
      assertThat(choices.get(i).logprob()).isCloseTo(expected.logprob(), within(1e-4f));
    }
  }

  /** A letter, a digit, a letter, and so on, and then the end. */
  private static final class Alternating implements TokenConstraint {
    private final int length;
    private final List<Integer> seen = new ArrayList<>();

    Alternating(int length) {
      this.length = length;
    }

    @Override
    public long[] allowed() {
      long[] allowed = new long[5];
      int from = seen.size() % 2 == 0 ? 'a' : '0';
      int to = seen.size() % 2 == 0 ? 'c' : '9';
      for (int id = from; id <= to && seen.size() < length; id++) {
        allowed[id >> 6] |= 1L << id;
      }
      allowed[4] |= seen.size() == length ? 1 : 0; // 256 ends an answer
      return allowed;
    }

    @Override
    public void accept(int id) {
      seen.add(id);
    }
  }

  @Test
  void refusesPromptsThatAreEmptyOrTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(new int[0], greedy, 1, List.of()))
        .withMessage("the prompt is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(new int[129], greedy, 1, List.of()))
        .withMessage("the prompt has 129 tokens, the context holds 128");
  }

  private Generation.Result run(
      int[] ids, SamplerOptions sampling, int maxTokens, List<String> stop) {
    Generation.Request request = new Generation.Request(ids, sampling, maxTokens, stop);
    return Generation.run(model, session, request, pieces::add, () -> false);
  }

  private static SamplerOptions forbidFrom(SamplerOptions options, int first) {
    Map<Integer, Float> bias = new HashMap<>();
    for (int id = first; id < 300; id++) {
      bias.put(id, Float.NEGATIVE_INFINITY);
    }
    return options.toBuilder().logitBias(bias).build();
  }
}

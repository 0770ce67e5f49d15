package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import hanok.model.ModelConfig.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model says of a text: probabilities of its tokens, and its vector. */
class ScoringTest {
  @TempDir Path folder;
  private Model model;
  private final int[] ids = new Random(4).ints(150, 32, 127).toArray();

  @BeforeEach
  void load() {
    Path path = folder.resolve("tiny.gguf");
    TinyModel.write(path, TinyModel.config(Architecture.EXAONE, 4, 2), false, false, 1);
    model = Model.load(path, LoadOptions.DEFAULT.withThreads(2));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void scoresEachTokenByTheLogitsBeforeIt() {
    List<TokenChoice> choices = Scoring.score(model, ids, 5, () -> false);
    assertThat(choices).hasSize(ids.length - 1);
    try (Session session = model.newSession(200)) {
      for (int i = 0; i + 1 < ids.length; i++) {
        session.forward(ids[i]);
        double[] logprobs = logSoftmax(session.logits());
        TokenChoice choice = choices.get(i);
        assertThat(choice.id()).isEqualTo(ids[i + 1]);
        assertThat((double) choice.logprob()).isCloseTo(logprobs[ids[i + 1]], within(1e-4));
        assertThat(choice.topIds()).containsExactly(likeliest(logprobs, 5));
        assertThat((double) choice.topLogprobs()[4])
            .isCloseTo(logprobs[choice.topIds()[4]], within(1e-4));
      }
    }
  }

  @Test
  void namesTheLowestIdOfEquals() {
    TokenChoice choice = TokenChoice.of(new float[] {1, 3, 3, 2, 3}, 0, 4);
    assertThat(choice.topIds()).containsExactly(1, 2, 4, 3);
    assertThat(TokenChoice.of(new float[] {1, 2}, 0, 9).topIds()).containsExactly(1, 0);
  }

  @Test
  void refusesTextsThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scoring.score(model, new int[1025], 0, () -> false))
        .withMessage("1025 more tokens do not fit: 0 of 1024 are used");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Embedding.of(model, new int[0], Embedding.Pooling.LAST, () -> false));
  }

  @Test
  void stopsWhenCancelled() {
    assertThat(Scoring.score(model, ids, 0, () -> true)).isEmpty();
    assertThat(Embedding.of(model, ids, Embedding.Pooling.MEAN, () -> true)).isNull();
  }

  /** The output matrix turns the last token's vector into its logits. */
  @Test
  void embedsWithTheVectorThatTheLogitsAreMadeOf() {
    float[] vector =
        Objects.requireNonNull(Embedding.of(model, ids, Embedding.Pooling.LAST, () -> false));
    float[] output = new DequantizedWeights(model.file(), false).tensor("output.weight");
    try (Session session = model.newSession(200)) {
      session.prefill(ids);
      float[] logits = session.logits();
      double scale = logits[7] / dot(output, 7, vector);
      for (int id = 0; id < logits.length; id++) {
        assertThat(dot(output, id, vector) * scale).isCloseTo(logits[id], within(1e-3));
      }
    }
  }

  @Test
  void meansOverAllTokens() {
    double[] sum = new double[model.config().dim()];
    int[] few = IntStream.range(0, 600).map(i -> ids[i % ids.length]).toArray();
    try (Session session = model.newSession(600)) {
      for (int i = 0; i < few.length; i++) {
        session.stageHidden(few, i, 1, 1, sum);
        session.compute(() -> false);
      }
    }
    double length =
        Math.sqrt(IntStream.range(0, sum.length).mapToDouble(i -> sum[i] * sum[i]).sum());
    float[] vector =
        Objects.requireNonNull(Embedding.of(model, few, Embedding.Pooling.MEAN, () -> false));
    for (int i = 0; i < sum.length; i++) {
      assertThat((double) vector[i]).isCloseTo(sum[i] / length, within(1e-4));
    }
  }

  private static double dot(float[] matrix, int row, float[] vector) {
    double sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += matrix[row * vector.length + i] * vector[i];
    }
    return sum;
  }

  private static double[] logSoftmax(float[] logits) {
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    double[] result = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      result[i] = logits[i] - Math.log(total);
    }
    return result;
  }

  private static int[] likeliest(double[] values, int count) {
    List<Integer> ids = new ArrayList<>(IntStream.range(0, values.length).boxed().toList());
    ids.sort(Comparator.comparingDouble(id -> -values[id]));
    return ids.subList(0, count).stream().mapToInt(Integer::intValue).toArray();
  }
}

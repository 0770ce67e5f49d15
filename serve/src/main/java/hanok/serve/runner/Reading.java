package hanok.serve.runner;

import hanok.engine.Embedding;
import hanok.engine.Scoring;
import hanok.engine.TokenChoice;
import hanok.serve.api.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a model makes of texts that are there already: vectors, and probabilities. One text at a
 * time, in turn with the answers.
 */
public final class Reading {

  /**
   * Vectors of texts.
   *
   * @param tokens of all texts together
   */
  public record Vectors(List<float[]> vectors, int tokens) {}

  private Reading() {}

  /**
   * Embeds texts.
   *
   * @param dimensions of the vectors, whose beginnings are taken; 0 for all
   * @param truncate whether texts may be cut where the context ends
   * @param cancelled is asked often
   * @throws ApiException if a text is too long
   */
  public static Vectors embed(
      Runner runner,
      List<String> texts,
      int dimensions,
      boolean truncate,
      BooleanSupplier cancelled) {
    int width = runner.model().config().dim();
    if (dimensions > width) {
      throw ApiException.badRequest(
          "dimensions must be at most the model's %d, got %d".formatted(width, dimensions));
    }
    List<float[]> vectors = new ArrayList<>();
    int tokens = 0;
    Embedding.Pooling pooling = Embedding.pooling(runner.model());
    for (String text : texts) {
      int[] ids = ids(runner, text, truncate);
      tokens += ids.length;
      float[] vector = inTurn(runner, () -> Embedding.of(runner.model(), ids, pooling, cancelled));
      if (vector == null) {
        break; // nobody waits for it any more
      }
      vectors.add(dimensions == 0 ? vector : shortened(vector, dimensions));
    }
    return new Vectors(vectors, tokens);
  }

  private static int[] ids(Runner runner, String text, boolean truncate) {
    int[] ids = Conversation.raw(runner, text, false);
    if (ids.length == 0) {
      throw ApiException.badRequest("there is nothing to embed in an empty text");
    }
    if (ids.length > runner.context() && !truncate) {
      throw ApiException.of(
          400,
          "context_length_exceeded",
          "the text has %d tokens, the context holds %d".formatted(ids.length, runner.context()));
    }
    return ids.length > runner.context() ? Arrays.copyOf(ids, runner.context()) : ids;
  }

  private static float[] shortened(float[] vector, int dimensions) {
    float[] cut = Arrays.copyOf(vector, dimensions);
    double squares = 0;
    for (float value : cut) {
      squares += value * value;
    }
    for (int i = 0; i < cut.length && squares > 0; i++) {
      cut[i] /= (float) Math.sqrt(squares);
    }
    return cut;
  }

  /** The probability of each token of a text after those before it; see {@link Scoring}. */
  public static List<TokenChoice> score(
      Runner runner, int[] ids, int top, BooleanSupplier cancelled) {
    if (ids.length > runner.context()) {
      throw ApiException.of(
          400,
          "context_length_exceeded",
          "the text has %d tokens, the context holds %d".formatted(ids.length, runner.context()));
    }
    return inTurn(runner, () -> Scoring.score(runner.model(), ids, top, cancelled));
  }

  private static <T> T inTurn(Runner runner, Supplier<T> read) {
    Semaphore turn = runner.reading();
    turn.acquireUninterruptibly();
    try {
      return read.get();
    } finally {
      turn.release();
    }
  }
}

package hanok.engine;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One answer: a prompt goes in, text comes out as it is made. */
public final class Generation {

  /**
   * What to answer, and how.
   *
   * @param prompt token ids, at least one
   * @param maxTokens the longest answer in tokens; -1 for as many as the context holds
   * @param stop strings that end the answer; they are not part of it
   * @param lookup whether to foresee tokens that have stood in prompt or answer before; that
   *     changes the time an answer takes, not the answer
   * @param constraint the form that the answer must have; it serves one answer only
   * @param topLogprobs how many likely tokens to tell {@link Listener#token} of at each place; -1
   *     to tell it nothing
   */
  public record Request(
      int[] prompt,
      SamplerOptions sampling,
      int maxTokens,
      List<String> stop,
      boolean lookup,
      @Nullable TokenConstraint constraint,
      int topLogprobs) {
    public Request(int[] prompt, SamplerOptions sampling, int maxTokens, List<String> stop) {
      this(prompt, sampling, maxTokens, stop, true);
    }

    public Request(
        int[] prompt, SamplerOptions sampling, int maxTokens, List<String> stop, boolean lookup) {
      this(prompt, sampling, maxTokens, stop, lookup, null, -1);
    }

    public Request {
      if (maxTokens < -1) {
        throw new IllegalArgumentException("max-tokens must be -1 or more, got " + maxTokens);
      }
      if (topLogprobs < -1) {
        throw new IllegalArgumentException("topLogprobs must be -1 or more, got " + topLogprobs);
      }
      stop = List.copyOf(stop);
    }
  }

  /** Hears an answer as it is made. */
  @FunctionalInterface
  public interface Listener {
    /** More of the text, never half a character. */
    void text(String piece);

    /**
     * A token has been chosen; its text comes with the next {@link #text}, or with a later one if
     * it is no whole character yet. Only if the request asks for probabilities.
     */
    default void token(TokenChoice choice) {}
  }

  /**
   * The answer and what it took.
   *
   * @param promptTokens tokens of the prompt
   * @param reusedTokens those of them that the session had already seen
   * @param draftedTokens tokens that were foreseen
   * @param acceptedTokens those of them that were right
   * @param promptNanos until the first token could be chosen
   * @param seed with the same seed, the same answer comes again
   */
  public record Result(
      String text,
      int promptTokens,
      int reusedTokens,
      int generatedTokens,
      int draftedTokens,
      int acceptedTokens,
      long promptNanos,
      long decodeNanos,
      long seed,
      FinishReason reason) {}

  private Generation() {}

  /**
   * Answers. What the session, or another one of the model, has computed already of the prompt is
   * not computed again; afterwards the session holds the prompt and the answer, but for its last
   * token.
   *
   * @param cancelled is asked often, by any of the model's threads; once it says true the answer
   *     ends as it is
   * @throws IllegalArgumentException if the prompt is empty or longer than the context
   */
  public static Result run(
      Model model, Session session, Request request, Listener listener, BooleanSupplier cancelled) {
    Answer answer = new Answer(model, session, request, listener);
    while (!answer.finished()) {
      if (cancelled.getAsBoolean()) {
        answer.cancel();
        break;
      }
      answer.stage(Forward.BATCH);
      if (session.compute(cancelled)) {
        answer.take();
      }
    }
    return answer.result();
  }
}

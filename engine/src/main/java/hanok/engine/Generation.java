package hanok.engine;

import hanok.token.StreamDecoder;
import hanok.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One answer: a prompt goes in, text comes out as it is made. */
public final class Generation {

  /**
   * What to answer, and how.
   *
   * @param prompt token ids, at least one
   * @param maxTokens the longest answer in tokens; -1 for as many as the context holds
   * @param stop strings that end the answer; they are not part of it
   */
  public record Request(int[] prompt, SamplerOptions sampling, int maxTokens, List<String> stop) {
    public Request {
      if (maxTokens < -1) {
        throw new IllegalArgumentException("max-tokens must be -1 or more, got " + maxTokens);
      }
      stop = List.copyOf(stop);
    }
  }

  /**
   * The answer and what it took.
   *
   * @param promptTokens tokens of the prompt
   * @param reusedTokens those of them that the session had already seen
   * @param seed with the same seed, the same answer comes again
   */
  public record Result(
      String text,
      int promptTokens,
      int reusedTokens,
      int generatedTokens,
      long promptNanos,
      long decodeNanos,
      long seed,
      FinishReason reason) {}

  private final Session session;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final Request request;
  private final Consumer<String> onText;
  private final BooleanSupplier cancelled;
  private final StringBuilder text = new StringBuilder();
  private int generated;

  private Generation(
      Model model,
      Session session,
      Request request,
      Consumer<String> onText,
      BooleanSupplier cancelled) {
    this.session = session;
    this.request = request;
    this.onText = onText;
    this.cancelled = cancelled;
    tokenizer = model.tokenizer();
    sampler = new Sampler(request.sampling(), model.config().vocab());
  }

  /**
   * Answers. What the session has seen already of the prompt is not computed again; afterwards the
   * session holds the prompt and the answer.
   *
   * @param onText gets the text piece by piece, never half a character
   * @param cancelled is asked often; once it says true the answer ends as it is
   * @throws IllegalArgumentException if the prompt is empty or longer than the context
   */
  public static Result run(
      Model model,
      Session session,
      Request request,
      Consumer<String> onText,
      BooleanSupplier cancelled) {
    return new Generation(model, session, request, onText, cancelled).run();
  }

  private Result run() {
    int[] prompt = request.prompt();
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    if (prompt.length > session.context()) {
      throw new IllegalArgumentException(
          "the prompt has %d tokens, the context holds %d"
              .formatted(prompt.length, session.context()));
    }
    // The last token is computed in any case: its logits begin the answer.
    int reused = Math.min(session.commonPrefix(prompt), prompt.length - 1);
    session.rewind(reused);
    for (int id : prompt) {
      sampler.accept(id);
    }
    long start = System.nanoTime();
    boolean whole = session.prefill(Arrays.copyOfRange(prompt, reused, prompt.length), cancelled);
    long prompted = System.nanoTime();
    FinishReason reason = whole ? decode() : FinishReason.CANCELLED;
    return new Result(
        text.toString(),
        prompt.length,
        reused,
        generated,
        prompted - start,
        System.nanoTime() - prompted,
        sampler.seed(),
        reason);
  }

  private FinishReason decode() {
    StreamDecoder stream = tokenizer.stream(request.stop());
    FinishReason reason = decode(stream);
    if (!stream.stopped()) {
      emit(stream.finish());
    }
    return reason;
  }

  private FinishReason decode(StreamDecoder stream) {
    while (generated != request.maxTokens()) {
      if (cancelled.getAsBoolean()) {
        return FinishReason.CANCELLED;
      }
      int id = sampler.sample(session.logits());
      if (tokenizer.isEndOfGeneration(id)) {
        return FinishReason.STOP;
      }
      generated++;
      sampler.accept(id);
      emit(stream.add(id));
      if (stream.stopped()) {
        return FinishReason.STOP;
      }
      if (session.position() == session.context()) {
        return FinishReason.LENGTH;
      }
      session.forward(id);
    }
    return FinishReason.LENGTH;
  }

  private void emit(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      onText.accept(piece);
    }
  }
}

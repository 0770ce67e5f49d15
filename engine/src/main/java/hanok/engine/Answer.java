package hanok.engine;

import hanok.token.StreamDecoder;
import hanok.token.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the making, a step at a time: {@link #stage} says what to compute, and once that is
 * done {@link #take} chooses tokens. Who computes, and what else in the same pass, is not its
 * concern.
 */
final class Answer {
  private final Session session;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final Generation.Request request;
  private final Generation.Listener listener;
  private final StreamDecoder stream;
  private final @Nullable PromptLookup lookup;
  private final StringBuilder text = new StringBuilder();
  private final int reused;
  private final long start = System.nanoTime();
  private long prompted;
  private int promptDone;

  /** Chosen, but not computed; behind it, tokens that may come next. */
  private final int[] pending = new int[1 + PromptLookup.LONGEST];

  private int drafted;
  private int draftedInAll;
  private int acceptedInAll;
  private int generated;
  private long stepStart;
  private @Nullable FinishReason reason;

  /**
   * Begins with what the session, or another one of the model, has already computed of the prompt.
   *
   * @throws IllegalArgumentException if the prompt is empty, has an id outside the vocabulary, or
   *     is longer than the context
   */
  Answer(Model model, Session session, Generation.Request request, Generation.Listener listener) {
    int[] prompt = request.prompt();
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    if (prompt.length > session.context()) {
      throw new IllegalArgumentException(
          "the prompt has %d tokens, the context holds %d"
              .formatted(prompt.length, session.context()));
    }
    this.session = session;
    this.request = request;
    this.listener = listener;
    tokenizer = model.tokenizer();
    sampler = new Sampler(request.sampling(), model.config().vocab());
    stream = tokenizer.stream(request.stop());
    reused = session.resume(prompt);
    session.check(Arrays.copyOfRange(prompt, reused, prompt.length));
    promptDone = reused;
    for (int id : prompt) {
      sampler.accept(id);
    }
    lookup = request.lookup() ? new PromptLookup(prompt, session.context()) : null;
  }

  Session session() {
    return session;
  }

  /** Whether the prompt is not yet done. */
  boolean prompting() {
    return promptDone < request.prompt().length;
  }

  boolean finished() {
    return reason != null;
  }

  /**
   * Stages tokens of the prompt, or the token chosen last. May be repeated if nothing was computed.
   *
   * @param most so many at most, at least 1
   */
  void stage(int most) {
    stepStart = System.nanoTime();
    int[] prompt = request.prompt();
    if (prompting()) {
      int count = Math.min(most, prompt.length - promptDone);
      boolean whole = promptDone + count == prompt.length;
      session.stage(prompt, promptDone, count, whole ? 1 : 0);
      return;
    }
    drafted = 0;
    if (lookup != null) {
      int room = Math.min(most, session.context() - session.position()) - 1;
      int wanted = request.maxTokens() == -1 ? room : request.maxTokens() - generated - 1;
      drafted = lookup.draft(pending, Math.min(room, wanted));
    }
    session.stage(pending, 0, 1 + drafted, 1 + drafted);
  }

  /** What was staged has been computed: chooses the next token, or several that were foreseen. */
  void take() {
    if (prompting()) {
      promptDone = session.position();
      if (!prompting()) {
        prompted = System.nanoTime();
        choose(session.logits(0));
      }
      return;
    }
    int kept = 0;
    while (choose(session.logits(kept)) && kept < drafted && pending[0] == pending[kept + 1]) {
      kept++;
    }
    if (lookup != null) {
      lookup.learn(drafted, kept, System.nanoTime() - stepStart);
    }
    draftedInAll += drafted;
    acceptedInAll += kept;
    session.rewind(session.position() - (drafted - kept));
  }

  /** Chooses from some logits; false if the answer ends. */
  private boolean choose(float[] logits) {
    if (generated == request.maxTokens()) {
      return finish(FinishReason.LENGTH);
    }
    TokenConstraint constraint = request.constraint();
    long[] allowed = constraint == null ? null : constraint.allowed();
    if (allowed != null && Arrays.stream(allowed).allMatch(word -> word == 0)) {
      return finish(FinishReason.STOP); // it is complete, and no token says so
    }
    int id = sampler.sample(logits, allowed);
    if (tokenizer.isEndOfGeneration(id)) {
      return finish(FinishReason.STOP);
    }
    generated++;
    sampler.accept(id);
    if (constraint != null) {
      constraint.accept(id);
    }
    if (request.topLogprobs() >= 0) {
      listener.token(TokenChoice.of(logits, id, request.topLogprobs()));
    }
    if (lookup != null) {
      lookup.add(id);
    }
    emit(stream.add(id));
    pending[0] = id;
    if (stream.stopped()) {
      return finish(FinishReason.STOP);
    }
    boolean full = request.prompt().length + generated > session.context();
    return generated == request.maxTokens() || full ? finish(FinishReason.LENGTH) : true;
  }

  private boolean finish(FinishReason why) {
    reason = why;
    if (!stream.stopped()) {
      emit(stream.finish());
    }
    return false;
  }

  /** Ends the answer as it is. */
  void cancel() {
    if (!finished()) {
      finish(FinishReason.CANCELLED);
    }
  }

  private void emit(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      listener.text(piece);
    }
  }

  /** The answer, which must be finished. */
  Generation.Result result() {
    FinishReason why = reason;
    if (why == null) {
      throw new IllegalStateException("the answer is not finished");
    }
    long end = System.nanoTime();
    long promptEnd = prompted == 0 ? end : prompted;
    return new Generation.Result(
        text.toString(),
        request.prompt().length,
        reused,
        generated,
        draftedInAll,
        acceptedInAll,
        promptEnd - start,
        end - promptEnd,
        sampler.seed(),
        why);
  }
}

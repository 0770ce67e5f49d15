package hanok.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next token from logits. The order is that of llama.cpp: logit bias, penalties, top-k,
 * typical, top-p, min-p, temperature, draw. At temperature 0 it takes the likeliest token after
 * bias and penalties, the lowest id of equals. Not thread-safe; allocates nothing after
 * construction.
 */
public final class Sampler {
  private final SamplerOptions options;
  private final int[] biasedIds;
  private final float[] biases;
  private final RecentTokens recent;
  private final Candidates candidates;
  private final float[] work; // [vocab], logits after bias and penalties
  private final long seed;
  private long randomState;

  /**
   * @param vocab number of logits that {@link #sample} will get
   * @throws IllegalArgumentException if the logit bias names an id outside the vocabulary
   */
  public Sampler(SamplerOptions options, int vocab) {
    this.options = options;
    biasedIds = new int[options.logitBias().size()];
    biases = new float[biasedIds.length];
    int i = 0;
    for (Map.Entry<Integer, Float> bias : options.logitBias().entrySet()) {
      int id = bias.getKey();
      if (id < 0 || id >= vocab) {
        throw new IllegalArgumentException(
            "logit-bias names id %d, but the vocabulary has %d".formatted(id, vocab));
      }
      biasedIds[i] = id;
      biases[i++] = bias.getValue();
    }
    recent = new RecentTokens(options.repeatLastN(), vocab);
    candidates = new Candidates(vocab);
    work = new float[vocab];
    seed = options.seed() == -1 ? System.nanoTime() & Integer.MAX_VALUE : options.seed();
    randomState = seed;
  }

  /** The seed in use: the one of the options, or the one taken in its place. */
  public long seed() {
    return seed;
  }

  /** Tells the sampler of a token of the prompt or of the answer, for the penalties. */
  public void accept(int id) {
    recent.add(id);
  }

  /**
   * Chooses a token.
   *
   * @param logits {@code [vocab]}; not changed
   * @throws IllegalStateException if the logits are not numbers, or every token is forbidden
   */
  public int sample(float[] logits) {
    return sample(logits, null);
  }

  /**
   * Chooses a token of a set.
   *
   * @param logits {@code [vocab]}; not changed
   * @param allowed a bit an id, or null for all
   * @throws IllegalStateException if the logits are not numbers, or every token is forbidden
   */
  public int sample(float[] logits, long @Nullable [] allowed) {
    System.arraycopy(logits, 0, work, 0, work.length);
    if (allowed != null) {
      forbidOthers(allowed);
    }
    for (int i = 0; i < biasedIds.length; i++) {
      work[biasedIds[i]] += biases[i];
    }
    recent.penalize(work, options);
    int likeliest = likeliest();
    if (options.temperature() == 0 || options.topK() == 1) {
      return likeliest;
    }
    if (options.topK() == 0 && options.typicalP() == 1) {
      candidates.takeProbable(work, options.topP(), options.minP());
    } else {
      candidates.takeTop(work, options.topK() == 0 ? work.length : options.topK());
      if (options.typicalP() < 1) {
        candidates.keepTypical(options.typicalP());
      }
      if (options.topP() < 1) {
        candidates.keepTopP(options.topP());
      }
      candidates.keepMinP(options.minP());
    }
    return candidates.draw(options.temperature(), nextUniform());
  }

  private void forbidOthers(long[] allowed) {
    for (int id = 0; id < work.length; id++) {
      if ((allowed[id >> 6] >>> id & 1) == 0) {
        work[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private int likeliest() {
    int best = 0;
    for (int id = 0; id < work.length; id++) {
      if (Float.isNaN(work[id])) {
        throw new IllegalStateException("the logit of token " + id + " is not a number");
      }
      if (work[id] > work[best]) {
        best = id;
      }
    }
    if (work[best] == Float.NEGATIVE_INFINITY) {
      throw new IllegalStateException("every token is forbidden");
    }
    return best;
  }

  /** SplitMix64, written out so that a seed draws the same on every release of the JDK. */
  private double nextUniform() {
    randomState += 0x9E3779B97F4A7C15L;
    long z = randomState;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
  }
}

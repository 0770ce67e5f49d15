package hanok.engine;

import java.util.Arrays;

/**
 * Foresees tokens: where the last few have stood together before, in the prompt or in the answer,
 * what followed then may follow again. The model computes such a draft in one pass, and what it
 * would not have chosen itself is thrown away, so that the answer is the same with and without.
 *
 * <p>How long a draft may be is weighed with what has been seen: how often tokens were right after
 * a match of some length, and what a pass over several tokens costs compared with one.
 *
 * @see <a href="https://github.com/apoorvumang/prompt-lookup-decoding">Prompt lookup decoding</a>
 */
final class PromptLookup {
  /** Tokens of a draft at most. With the one before, fewer than go to oneDNN. */
  static final int LONGEST = 11;

  /** Tokens that must have stood together, at least and at most. */
  private static final int MATCH_MIN = 2;

  private static final int MATCH_MAX = 8;

  /** How likely a token of a draft is right, until more is known; by length of the match. */
  private static final double[] PRIOR = {0, 0, 0.3, 0.45, 0.6, 0.7, 0.75, 0.8, 0.85};

  /** Tokens that the prior counts for. */
  private static final double PRIOR_WEIGHT = 4;

  /** Older observations fade. */
  private static final double FADE = 0.95;

  /** What each further token of a pass costs, in passes over one, until it has been measured. */
  private static final double COST_GUESS = 0.25;

  /** A draft must promise to be so much faster. */
  private static final double GAIN_MIN = 1.05;

  private final int[] tokens; // prompt and answer
  private int length;
  private final double[] right = new double[MATCH_MAX + 1]; // by length of match
  private final double[] tried = new double[MATCH_MAX + 1];
  private int match; // length of the last draft's
  private double oneNanos; // of a pass over one token
  private double cost = COST_GUESS;

  /**
   * @param context tokens of prompt and answer at most, but for one
   */
  PromptLookup(int[] prompt, int context) {
    tokens = Arrays.copyOf(prompt, context + 1);
    length = prompt.length;
  }

  /** A token of the answer. */
  void add(int id) {
    tokens[length++] = id;
  }

  /**
   * Foresees what follows the last token.
   *
   * @param out the draft goes to {@code out[1, ...)}
   * @param most so many tokens at most
   * @return how many it has
   */
  int draft(int[] out, int most) {
    if (most < 1 || length <= MATCH_MIN) {
      return 0;
    }
    int from = find();
    if (from < 0) {
      return 0;
    }
    int count = worthwhile(Math.min(Math.min(most, LONGEST), length - from));
    System.arraycopy(tokens, from, out, 1, count);
    return count;
  }

  /** Behind the longest, and of those the latest, match of the last tokens; -1 if there is none. */
  private int find() {
    int best = -1;
    match = MATCH_MIN - 1;
    for (int end = length - 1; end >= MATCH_MIN && match < MATCH_MAX; end--) {
      int same = 0;
      while (same < MATCH_MAX
          && same < end
          && tokens[end - 1 - same] == tokens[length - 1 - same]) {
        same++;
      }
      if (same > match) {
        match = same;
        best = end;
      }
    }
    return best;
  }

  /** The length up to {@code most} that promises most tokens for the time; 0 for no draft. */
  private int worthwhile(int most) {
    double p = (right[match] + PRIOR_WEIGHT * PRIOR[match]) / (tried[match] + PRIOR_WEIGHT);
    int best = 0;
    double bestSpeed = GAIN_MIN;
    double expected = 1;
    double all = 1;
    for (int count = 1; count <= most; count++) {
      all *= p;
      expected += all;
      double speed = expected / (1 + cost * count);
      if (speed > bestSpeed) {
        best = count;
        bestSpeed = speed;
      }
    }
    return best;
  }

  /**
   * Learns from the last pass.
   *
   * @param drafted tokens of the draft, 0 for none
   * @param kept those that were right
   * @param nanos what the pass took
   */
  void learn(int drafted, int kept, long nanos) {
    if (drafted == 0) {
      oneNanos = oneNanos == 0 ? nanos : 0.9 * oneNanos + 0.1 * nanos;
      return;
    }
    right[match] = FADE * right[match] + kept;
    tried[match] = FADE * tried[match] + Math.min(drafted, kept + 1);
    if (oneNanos > 0) {
      double seen = Math.clamp((nanos / oneNanos - 1) / drafted, 0.0, 1.0);
      cost = 0.9 * cost + 0.1 * seen;
    }
  }
}

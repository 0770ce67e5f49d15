package hanok.engine;

import java.util.Arrays;

/**
 * A token, and how likely the model found it and others in its place: natural logarithms of
 * probabilities, before temperature and penalties.
 *
 * @param id the token that was chosen
 * @param topIds the likeliest tokens, likeliest first, of equals the lowest id
 * @param topLogprobs theirs
 */
public record TokenChoice(int id, float logprob, int[] topIds, float[] topLogprobs) {

  /**
   * What logits say of a token.
   *
   * @param logits {@code [vocab]}
   * @param top how many of the likeliest to name
   */
  public static TokenChoice of(float[] logits, int id, int top) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    double logTotal = most + Math.log(sum);
    int[] topIds = likeliest(logits, Math.min(top, logits.length));
    float[] topLogprobs = new float[topIds.length];
    for (int i = 0; i < topIds.length; i++) {
      topLogprobs[i] = (float) (logits[topIds[i]] - logTotal);
    }
    return new TokenChoice(id, (float) (logits[id] - logTotal), topIds, topLogprobs);
  }

  /** Insertion into a short sorted list: {@code count} is 20 at most where it matters. */
  private static int[] likeliest(float[] logits, int count) {
    int[] ids = new int[count];
    int size = 0;
    for (int id = 0; id < logits.length && count > 0; id++) {
      if (size == count && logits[id] <= logits[ids[size - 1]]) {
        continue;
      }
      int at = size < count ? size++ : size - 1;
      while (at > 0 && logits[ids[at - 1]] < logits[id]) {
        ids[at] = ids[at - 1];
        at--;
      }
      ids[at] = id;
    }
    return Arrays.copyOf(ids, size);
  }
}

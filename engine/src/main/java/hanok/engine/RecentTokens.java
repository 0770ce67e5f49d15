package hanok.engine;

/** How often each token occurred among the last {@code window}, and the penalties for it. */
final class RecentTokens {
  private final int[] counts; // [vocab]
  private final int[] ring; // the last tokens; empty if the window is unlimited
  private final boolean unlimited;
  private int added;

  /**
   * @param window tokens looked back at; 0 for none, -1 for all
   */
  RecentTokens(int window, int vocab) {
    counts = new int[vocab];
    unlimited = window == -1;
    ring = new int[Math.max(0, window)];
  }

  void add(int id) {
    if (!unlimited) {
      if (ring.length == 0) {
        return;
      }
      int slot = added % ring.length;
      if (added >= ring.length) {
        counts[ring[slot]]--;
      }
      ring[slot] = id;
    }
    counts[id]++;
    added++;
  }

  void penalize(float[] logits, SamplerOptions options) {
    float repeat = options.repeatPenalty();
    float frequency = options.frequencyPenalty();
    float presence = options.presencePenalty();
    if (added == 0 || repeat == 1 && frequency == 0 && presence == 0) {
      return;
    }
    for (int id = 0; id < logits.length; id++) {
      if (counts[id] > 0) {
        float logit = logits[id] > 0 ? logits[id] / repeat : logits[id] * repeat;
        logits[id] = logit - counts[id] * frequency - presence;
      }
    }
  }
}

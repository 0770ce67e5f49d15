package hanok.engine;

/**
 * The tokens that may come next, likeliest first. They are taken one by one from a heap, so that a
 * choice among 40 of 102,400 does not pay for sorting all of them; the filters then shorten the
 * list. Allocates nothing after construction.
 */
final class Candidates {
  private final long[] heap; // keys, largest first
  private int heapSize;

  private final int[] ids;
  private final float[] logits;
  private final float[] weights; // scratch: probabilities, not always normalised
  private int size;

  Candidates(int vocab) {
    heap = new long[vocab];
    ids = new int[vocab];
    logits = new float[vocab];
    weights = new float[vocab];
  }

  /** Takes the {@code limit} likeliest tokens, or all that are not forbidden if there are fewer. */
  void takeTop(float[] values, int limit) {
    fillHeap(values);
    while (size < limit && takeNext()) {}
  }

  /**
   * Takes the likeliest tokens until their probabilities reach {@code topP} or the next is less
   * probable than {@code minP} times the first: equal to taking all, then {@link #keepTopP} and
   * {@link #keepMinP}, without sorting the tail.
   */
  void takeProbable(float[] values, float topP, float minP) {
    fillHeap(values);
    takeNext();
    double total = 0;
    for (float value : values) {
      total += Math.exp(value - logits[0]);
    }
    double reached = 1 / total;
    while (reached < topP && takeNext()) {
      double relative = Math.exp(logits[size - 1] - logits[0]);
      if (relative < minP) {
        size--;
        break;
      }
      reached += relative / total;
    }
  }

  /** Keeps the likeliest that together have a probability of at least {@code topP}. */
  void keepTopP(float topP) {
    double total = softWeights(1);
    double reached = 0;
    for (int i = 0; i < size; i++) {
      reached += weights[i] / total;
      if (reached >= topP) {
        size = i + 1;
      }
    }
  }

  /** Keeps those at least {@code minP} times as probable as the first. */
  void keepMinP(float minP) {
    softWeights(1);
    while (size > 1 && weights[size - 1] < minP) {
      size--;
    }
  }

  /**
   * Locally typical sampling: keeps the tokens whose surprise, {@code -log p}, is nearest to the
   * entropy, until they have a probability of {@code typicalP} together.
   *
   * @see <a href="https://arxiv.org/abs/2202.00666">Meister et al., Locally Typical Sampling</a>
   */
  void keepTypical(float typicalP) {
    double total = softWeights(1);
    double entropy = 0;
    for (int i = 0; i < size; i++) {
      double p = weights[i] / total;
      entropy -= p == 0 ? 0 : p * Math.log(p);
    }
    for (int i = 0; i < size; i++) {
      double surprise = Math.log(total) - (logits[i] - logits[0]);
      heap[i] = key((float) -Math.abs(surprise - entropy), i);
    }
    heapify(size);
    double reached = 0;
    while (heapSize > 0 && reached < typicalP) {
      int i = id(removeTop());
      reached += weights[i] / total;
      weights[i] = -1; // marks what is kept
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weights[i] == -1) {
        ids[kept] = ids[i];
        logits[kept++] = logits[i];
      }
    }
    size = kept;
  }

  /** Draws a token; {@code uniform} is in [0, 1). */
  int draw(float temperature, double uniform) {
    double left = uniform * softWeights(temperature);
    for (int i = 0; i < size; i++) {
      left -= weights[i];
      if (left < 0) {
        return ids[i];
      }
    }
    return ids[0]; // rounding used up the last bit
  }

  /** Sets weights to {@code exp((logit - first) / temperature)} and returns their sum. */
  private double softWeights(float temperature) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = (float) Math.exp((logits[i] - logits[0]) / temperature);
      sum += weights[i];
    }
    return sum;
  }

  private void fillHeap(float[] values) {
    for (int id = 0; id < values.length; id++) {
      heap[id] = key(values[id], id);
    }
    heapify(values.length);
    size = 0;
  }

  /** Moves the likeliest token left to the list; false if none is left but forbidden ones. */
  private boolean takeNext() {
    if (heapSize == 0 || value(heap[0]) == Float.NEGATIVE_INFINITY) {
      return false;
    }
    long top = removeTop();
    ids[size] = id(top);
    logits[size++] = value(top);
    return true;
  }

  private void heapify(int length) {
    heapSize = length;
    for (int i = length / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  private long removeTop() {
    long top = heap[0];
    heap[0] = heap[--heapSize];
    siftDown(0);
    return top;
  }

  private void siftDown(int hole) {
    int i = hole;
    long key = heap[i];
    for (int child = 2 * i + 1; child < heapSize; child = 2 * i + 1) {
      if (child + 1 < heapSize && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= key) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = key;
  }

  /** Orders like the value; of equal values, the lower id is the larger key. */
  private static long key(float value, int id) {
    int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes 0
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return (long) ordered << 32 | ~id & 0xFFFF_FFFFL;
  }

  private static float value(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & Integer.MAX_VALUE));
  }

  private static int id(long key) {
    return ~(int) key;
  }
}

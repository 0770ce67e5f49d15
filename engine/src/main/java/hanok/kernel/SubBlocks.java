package hanok.kernel;

import java.util.Arrays;

/**
 * The values of a row and how much each weighs, laid out so that {@link AffineSearch} and its kin
 * look at as many sub-blocks at once as a vector has lanes. Every lane does what a scalar loop over
 * its sub-block would do, in the same order, so the result does not depend on the vector's width.
 */
public final class SubBlocks {
  static final int LANES = Lanes.F.length();

  /**
   * Value or weight i of the sub-block in a lane of a group is at {@code (group * size + i) * LANES
   * + lane}.
   */
  float[] values = {};

  float[] weights = {};

  private final int size;
  private int groups;

  /**
   * @param size values of a sub-block
   */
  public SubBlocks(int size) {
    this.size = size;
  }

  /** Takes the first {@code n} values, a whole number of sub-blocks, and their weights. */
  public void load(float[] row, float[] weightOf, int n) {
    int count = n / size;
    groups = Math.ceilDiv(count, LANES);
    int length = groups * size * LANES;
    if (values.length < length) {
      values = new float[length];
      weights = new float[length];
    }
    if (count % LANES != 0) {
      Arrays.fill(values, length - size * LANES, length, 0);
      Arrays.fill(weights, length - size * LANES, length, 0);
    }
    for (int block = 0; block < count; block++) {
      int to = start(block / LANES) + block % LANES;
      for (int i = 0; i < size; i++) {
        values[to + i * LANES] = row[block * size + i];
        weights[to + i * LANES] = weightOf[block * size + i];
      }
    }
  }

  int size() {
    return size;
  }

  int groups() {
    return groups;
  }

  int start(int group) {
    return group * size * LANES;
  }
}

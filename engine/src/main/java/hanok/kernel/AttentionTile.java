package hanok.kernel;

import static hanok.kernel.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of some query rows to the keys of one key-value head, a tile of positions at a time,
 * with the softmax kept up as tiles come in: memory does not grow with the context.
 *
 * <p>Four rows are computed together, which share each load of a key or value. Of one thread;
 * allocates nothing after the constructor.
 *
 * @see <a href="https://arxiv.org/abs/2112.05682">Self-attention Does Not Need O(n^2) Memory</a>
 */
public final class AttentionTile {
  /** Keys that lie side by side, one a lane. */
  public static final int KEYS_TOGETHER = 16;

  private static final int ROWS_TOGETHER = 4;

  private final int width;
  private final int positions;
  private final float[] keys;
  private final float[] values;
  private final float[] queries; // [rows][width], scaled
  private final float[] totals; // [rows][width], values weighted by exp(score - largest)
  private final float[] largest; // [rows]
  private final float[] sums; // [rows], of exp(score - largest)
  private final float[] scores; // [ROWS_TOGETHER][positions]
  private final float[] decays = new float[ROWS_TOGETHER];

  /**
   * @param width of a head, a multiple of 16
   * @param positions of a tile at most, a multiple of {@link #KEYS_TOGETHER}
   * @param rows at most
   */
  public AttentionTile(int width, int positions, int rows) {
    this.width = width;
    this.positions = positions;
    keys = new float[positions * width];
    values = new float[positions * width];
    queries = new float[rows * width];
    totals = new float[rows * width];
    largest = new float[rows];
    sums = new float[rows];
    scores = new float[ROWS_TOGETHER * positions];
  }

  /** Where the keys of a tile go: {@code [positions / 16][width][16]}. */
  public float[] keys() {
    return keys;
  }

  /** Where the values of a tile go: {@code [positions][width]}. */
  public float[] values() {
    return values;
  }

  /**
   * Begins a row.
   *
   * @param length of the query, at most the width; the rest is zero
   */
  public void begin(int row, float[] query, int offset, int length, float scale) {
    int from = row * width;
    for (int i = 0; i < length; i++) {
      queries[from + i] = scale * query[offset + i];
    }
    Arrays.fill(queries, from + length, from + width, 0);
    Arrays.fill(totals, from, from + width, 0);
    largest[row] = Float.NEGATIVE_INFINITY;
    sums[row] = 0;
  }

  /** Lets rows {@code [first, end)} attend to the first {@code visible} positions of the tile. */
  public void attend(int first, int end, int visible) {
    for (int row = first; row < end; row += ROWS_TOGETHER) {
      int count = Math.min(ROWS_TOGETHER, end - row);
      for (int block = 0; block < visible; block += KEYS_TOGETHER) {
        for (int lane = 0; lane < KEYS_TOGETHER; lane += F.length()) {
          score(row, count, block, lane);
        }
      }
      for (int i = 0; i < count; i++) {
        weigh(row + i, i, visible);
      }
      for (int from = 0; from < width; from += F.length()) {
        total(row, count, from, visible);
      }
    }
  }

  /** Ends a row: {@code length} values of the result go to {@code out}. */
  public void end(int row, float[] out, int offset, int length) {
    float inverse = 1 / sums[row];
    for (int i = 0; i < length; i++) {
      out[offset + i] = totals[row * width + i] * inverse;
    }
  }

  /** Scores of four rows; those beyond {@code count} are the last one again. */
  private void score(int row, int count, int block, int lane) {
    int q0 = row * width;
    int q1 = (row + Math.min(1, count - 1)) * width;
    int q2 = (row + Math.min(2, count - 1)) * width;
    int q3 = (row + Math.min(3, count - 1)) * width;
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int at = block * width + lane;
    for (int i = 0; i < width; i++) {
      FloatVector k = FloatVector.fromArray(F, keys, at + i * KEYS_TOGETHER);
      s0 = k.fma(FloatVector.broadcast(F, queries[q0 + i]), s0);
      s1 = k.fma(FloatVector.broadcast(F, queries[q1 + i]), s1);
      s2 = k.fma(FloatVector.broadcast(F, queries[q2 + i]), s2);
      s3 = k.fma(FloatVector.broadcast(F, queries[q3 + i]), s3);
    }
    int to = block + lane;
    s0.intoArray(scores, to);
    s1.intoArray(scores, positions + to);
    s2.intoArray(scores, 2 * positions + to);
    s3.intoArray(scores, 3 * positions + to);
  }

  /** Turns the scores of a row into weights, and notes by how much older ones have to shrink. */
  private void weigh(int row, int i, int visible) {
    int from = i * positions;
    float max = Math.max(largest[row], VectorMath.max(scores, from, visible));
    float decay = (float) Math.exp(largest[row] - max);
    sums[row] = sums[row] * decay + VectorMath.expAndSum(scores, from, visible, max);
    largest[row] = max;
    decays[i] = decay;
  }

  /** Adds the weighted values of {@link Lanes#F} columns to the totals of four rows. */
  private void total(int row, int count, int from, int visible) {
    int last = count - 1;
    int t0 = row * width + from;
    int t1 = t0 + Math.min(1, last) * width;
    int t2 = t0 + Math.min(2, last) * width;
    int t3 = t0 + Math.min(3, last) * width;
    int p1 = Math.min(1, last) * positions;
    int p2 = Math.min(2, last) * positions;
    int p3 = Math.min(3, last) * positions;
    FloatVector s0 = FloatVector.fromArray(F, totals, t0).mul(decays[0]);
    FloatVector s1 = FloatVector.fromArray(F, totals, t1).mul(decays[Math.min(1, last)]);
    FloatVector s2 = FloatVector.fromArray(F, totals, t2).mul(decays[Math.min(2, last)]);
    FloatVector s3 = FloatVector.fromArray(F, totals, t3).mul(decays[Math.min(3, last)]);
    for (int i = 0; i < visible; i++) {
      FloatVector v = FloatVector.fromArray(F, values, i * width + from);
      s0 = v.fma(FloatVector.broadcast(F, scores[i]), s0);
      s1 = v.fma(FloatVector.broadcast(F, scores[p1 + i]), s1);
      s2 = v.fma(FloatVector.broadcast(F, scores[p2 + i]), s2);
      s3 = v.fma(FloatVector.broadcast(F, scores[p3 + i]), s3);
    }
    s0.intoArray(totals, t0);
    s1.intoArray(totals, t1);
    s2.intoArray(totals, t2);
    s3.intoArray(totals, t3);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Nearest.MAGIC;
import static hanok.kernel.SubBlocks.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Finds for every sub-block the scale that approximates its values best by {@code scale * code},
 * with codes from {@code -levels} to {@code levels - 1}. The value that is farthest from zero gets
 * a code near {@code -levels}; nineteen ways to round are tried, and for each the scale of weighted
 * least squares. The method and the order of the sums are those of {@code make_qx_quants} of ggml.
 */
public final class SymmetricSearch {
  /** Below this, a sub-block is taken for all zeros. */
  static final float TINY = 1e-15f;

  private static final int TRIES = 9;

  private final float levels;
  private float[] scales = {};
  private float[] inverses = {};

  /** Of the group that is searched: the farthest value, and how good its scale is. */
  private final float[] farthest = new float[LANES];

  private final float[] bests = new float[LANES];

  public SymmetricSearch(int levels) {
    this.levels = levels;
  }

  public void run(SubBlocks blocks) {
    int count = blocks.groups() * LANES;
    if (scales.length < count) {
      scales = new float[count];
      inverses = new float[count];
    }
    for (int group = 0; group < blocks.groups(); group++) {
      int at = group * LANES;
      begin(blocks, group, at);
      step(blocks, group, at, levels);
      for (int i = -TRIES; i <= TRIES; i++) {
        if (i != 0) {
          step(blocks, group, at, levels + 0.1f * i);
        }
      }
      zeroWhereTiny(at);
    }
  }

  /** Negative where the farthest value is positive; zero where all values are. */
  public float scale(int block) {
    return scales[block];
  }

  /** The code of one of the values of a sub-block, plus {@code levels}; 0 if it is all zeros. */
  public int code(int block, float value) {
    if (inverses[block] == 0) {
      return 0;
    }
    int most = (int) levels;
    return Math.clamp(Nearest.of(inverses[block] * value), -most, most - 1) + most;
  }

  private void begin(SubBlocks blocks, int group, int at) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector most = FloatVector.zero(F);
    FloatVector signed = most;
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector size = value.abs();
      VectorMask<Float> farther = size.compare(GT, most);
      most = most.blend(size, farther);
      signed = signed.blend(value, farther);
    }
    signed.intoArray(farthest, 0);
    FloatVector.broadcast(F, -1f).intoArray(bests, 0);
    FloatVector.zero(F).intoArray(scales, at);
    FloatVector.zero(F).intoArray(inverses, at);
  }

  /** Rounds so that the farthest value would get the code {@code -farthestCode}. */
  private void step(SubBlocks blocks, int group, int at, float farthestCode) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector inverse =
        FloatVector.broadcast(F, -farthestCode).div(FloatVector.fromArray(F, farthest, 0));
    FloatVector xl = FloatVector.zero(F);
    FloatVector l2 = FloatVector.zero(F);
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector weight = FloatVector.fromArray(F, blocks.weights, i);
      FloatVector code = inverse.mul(value).add(MAGIC).sub(MAGIC);
      code = code.blend(-levels, code.compare(LT, -levels));
      code = code.blend(levels - 1, code.compare(GT, levels - 1));
      xl = xl.add(weight.mul(value).mul(code));
      l2 = l2.add(weight.mul(code).mul(code));
    }
    FloatVector best = FloatVector.fromArray(F, bests, 0);
    VectorMask<Float> better = l2.compare(GT, 0f).and(xl.mul(xl).compare(GT, best.mul(l2)));
    FloatVector scale = xl.div(l2);
    best.blend(scale.mul(xl), better).intoArray(bests, 0);
    FloatVector.fromArray(F, scales, at).blend(scale, better).intoArray(scales, at);
    FloatVector.fromArray(F, inverses, at).blend(inverse, better).intoArray(inverses, at);
  }

  private void zeroWhereTiny(int at) {
    for (int lane = 0; lane < LANES; lane++) {
      if (Math.abs(farthest[lane]) < TINY) {
        scales[at + lane] = 0;
        inverses[at + lane] = 0;
      }
    }
  }
}

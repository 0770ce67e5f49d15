package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Nearest.MAGIC;
import static hanok.kernel.SubBlocks.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Finds for every sub-block a scale, as {@link SymmetricSearch} does, for formats with so few codes
 * that it pays to change them one by one: a value moves to the code nearest under the scale that
 * the others want, if that lessens the error. Up to five rounds. Every value weighs its square, so
 * weights of {@link SubBlocks} are not looked at. The method and the order of the sums are those of
 * {@code make_q3_quants} of ggml.
 */
public final class CodeSearch {
  private static final int ROUNDS = 5;

  private final float levels;
  private float[] scales = {};

  /** Of the group that is searched: sums over the codes, and the codes. */
  private final float[] productSums = new float[LANES];

  private final float[] squareSums = new float[LANES];
  private final float[] farthest = new float[LANES];
  private final float[] codes = new float[32 * LANES];

  public CodeSearch(int levels) {
    this.levels = levels;
  }

  public void run(SubBlocks blocks) {
    int count = blocks.groups() * LANES;
    if (scales.length < count) {
      scales = new float[count];
    }
    for (int group = 0; group < blocks.groups(); group++) {
      begin(blocks, group);
      for (int round = 0; round < ROUNDS && improve(blocks, group); round++) {}
      finish(group * LANES);
    }
  }

  public float scale(int block) {
    return scales[block];
  }

  private void begin(SubBlocks blocks, int group) {
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
    FloatVector inverse = FloatVector.broadcast(F, -levels).div(signed);
    FloatVector xl = FloatVector.zero(F);
    FloatVector l2 = FloatVector.zero(F);
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector code = inverse.mul(value).add(MAGIC).sub(MAGIC);
      code = code.blend(-levels, code.compare(LT, -levels));
      code = code.blend(levels - 1, code.compare(GT, levels - 1));
      code.intoArray(codes, i - start);
      FloatVector weight = value.mul(value);
      xl = xl.add(weight.mul(value).mul(code));
      l2 = l2.add(weight.mul(code).mul(code));
    }
    most.intoArray(farthest, 0);
    xl.intoArray(productSums, 0);
    l2.intoArray(squareSums, 0);
  }

  /** One round over the values; returns whether any code has changed. */
  private boolean improve(SubBlocks blocks, int group) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector xl = FloatVector.fromArray(F, productSums, 0);
    FloatVector l2 = FloatVector.fromArray(F, squareSums, 0);
    boolean changed = false;
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector old = FloatVector.fromArray(F, codes, i - start);
      FloatVector weight = value.mul(value);
      FloatVector weighted = weight.mul(value);
      FloatVector otherXl = xl.sub(weighted.mul(old));
      FloatVector otherL2 = l2.sub(weight.mul(old).mul(old));
      FloatVector code = value.mul(otherL2).div(otherXl).add(MAGIC).sub(MAGIC);
      code = code.blend(-levels, code.compare(LT, -levels));
      code = code.blend(levels - 1, code.compare(GT, levels - 1));
      VectorMask<Float> moves = otherXl.compare(GT, 0f).and(code.compare(NE, old));
      otherXl = otherXl.add(weighted.mul(code));
      otherL2 = otherL2.add(weight.mul(code).mul(code));
      moves = moves.and(otherL2.compare(GT, 0f));
      moves = moves.and(otherXl.mul(otherXl).mul(l2).compare(GT, xl.mul(xl).mul(otherL2)));
      old.blend(code, moves).intoArray(codes, i - start);
      xl = xl.blend(otherXl, moves);
      l2 = l2.blend(otherL2, moves);
      changed |= moves.anyTrue();
    }
    xl.intoArray(productSums, 0);
    l2.intoArray(squareSums, 0);
    return changed;
  }

  private void finish(int at) {
    for (int lane = 0; lane < LANES; lane++) {
      boolean zero = farthest[lane] < SymmetricSearch.TINY || !(squareSums[lane] > 0);
      scales[at + lane] = zero ? 0 : productSums[lane] / squareSums[lane];
    }
  }
}

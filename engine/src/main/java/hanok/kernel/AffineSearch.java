package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Nearest.MAGIC;
import static hanok.kernel.SubBlocks.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Finds for every sub-block the scale and the minimum that approximate its values best by {@code
 * scale * code - minimum}, with codes from 0 to {@code levels}. It tries some ways to round to
 * codes, each with a slightly different step, between the best minimum so far and the highest
 * value; for given codes, weighted least squares give the best scale and minimum; of all ways, the
 * one with the smallest weighted error stays. The method and the order of the sums are those of
 * {@code make_qkx2_quants} and {@code make_qkx3_quants} of ggml.
 */
public final class AffineSearch {
  private final float levels;
  private final float first;
  private final float delta;
  private final int steps;
  private final boolean absolute;

  /** Results, a sub-block after the other. */
  private float[] scales = {};

  private float[] minimums = {};

  /** What codes are made with: {@code (x - low) * inverse}, rounded. */
  private float[] inverses = {};

  private float[] lows = {};

  /** Of the group that is searched, a lane a sub-block; codes of the step, value after value. */
  private final float[] highs = new float[LANES];

  private final float[] weightSums = new float[LANES];
  private final float[] valueSums = new float[LANES];
  private final float[] errors = new float[LANES];
  private final float[] codes = new float[32 * LANES];
  private final float[] stepInverses = new float[LANES];
  private final float[] stepScales = new float[LANES];
  private final float[] stepLows = new float[LANES];

  /**
   * @param levels the largest code
   * @param first what is added to {@code levels} in the first of the ways to round
   * @param delta how much more in each following one
   * @param steps ways to round but one
   * @param absolute whether the error is that of absolute differences rather than of squares
   */
  public AffineSearch(int levels, float first, float delta, int steps, boolean absolute) {
    this.levels = levels;
    this.first = first;
    this.delta = delta;
    this.steps = steps;
    this.absolute = absolute;
  }

  public void run(SubBlocks blocks) {
    int count = blocks.groups() * LANES;
    if (scales.length < count) {
      scales = new float[count];
      minimums = new float[count];
      inverses = new float[count];
      lows = new float[count];
    }
    for (int group = 0; group < blocks.groups(); group++) {
      int at = group * LANES;
      begin(blocks, group, at);
      if (absolute) {
        absoluteError(blocks, group, at);
      } else {
        squareError(blocks, group, at);
      }
      for (int step = 0; step <= steps; step++) {
        fit(blocks, group, at, first + delta * step + levels);
        if (absolute) {
          absoluteError(blocks, group, at);
        } else {
          squareError(blocks, group, at);
        }
      }
    }
  }

  public float scale(int block) {
    return scales[block];
  }

  /** What is subtracted, positive or zero. */
  public float minimum(int block) {
    return -minimums[block];
  }

  /** The code of one of the values of a sub-block, in the way that turned out best. */
  public int code(int block, float value) {
    int code = Nearest.of(inverses[block] * (value - lows[block]));
    return Math.clamp(code, 0, (int) levels);
  }

  /** Ranges and sums of the values, and the plain way: from the lowest to the highest. */
  private void begin(SubBlocks blocks, int group, int at) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector low = FloatVector.fromArray(F, blocks.values, start);
    FloatVector high = low;
    FloatVector weightSum = FloatVector.fromArray(F, blocks.weights, start);
    FloatVector valueSum = weightSum.mul(low);
    for (int i = start + LANES; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector weight = FloatVector.fromArray(F, blocks.weights, i);
      low = low.blend(value, value.compare(LT, low));
      high = high.blend(value, value.compare(GT, high));
      weightSum = weightSum.add(weight);
      valueSum = valueSum.add(weight.mul(value));
    }
    low = low.blend(0f, low.compare(GT, 0f));
    FloatVector inverse = FloatVector.broadcast(F, levels).div(high.sub(low));
    high.intoArray(highs, 0);
    weightSum.intoArray(weightSums, 0);
    valueSum.intoArray(valueSums, 0);
    low.intoArray(lows, at);
    low.intoArray(minimums, at);
    inverse.intoArray(stepInverses, 0);
    low.intoArray(stepLows, 0);
    FloatVector scale = FloatVector.broadcast(F, 1f).div(inverse);
    scale.intoArray(scales, at);
    scale.intoArray(stepScales, 0);
    FloatVector.broadcast(F, Float.POSITIVE_INFINITY).intoArray(errors, 0);
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector code = inverse.mul(value.sub(low)).add(MAGIC).sub(MAGIC);
      code.blend(levels, code.compare(GT, levels)).intoArray(codes, i - start);
    }
  }

  /** Codes for this step, and the scale and minimum that suit them best. */
  private void fit(SubBlocks blocks, int group, int at, float codesOfRange) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector low = FloatVector.fromArray(F, minimums, at);
    FloatVector range = FloatVector.fromArray(F, highs, 0).sub(low);
    FloatVector inverse = FloatVector.broadcast(F, codesOfRange).div(range);
    inverse.intoArray(stepInverses, 0);
    FloatVector l = FloatVector.zero(F);
    FloatVector l2 = FloatVector.zero(F);
    FloatVector xl = FloatVector.zero(F);
    for (int i = start; i < end; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, blocks.values, i);
      FloatVector code = inverse.mul(value.sub(low)).add(MAGIC).sub(MAGIC);
      code = code.blend(0f, code.compare(LT, 0f)).blend(levels, code.compare(GT, levels));
      code.intoArray(codes, i - start);
      FloatVector weighted = FloatVector.fromArray(F, blocks.weights, i).mul(code);
      l = l.add(weighted);
      l2 = l2.add(weighted.mul(code));
      xl = xl.add(weighted.mul(value));
    }
    FloatVector w = FloatVector.fromArray(F, weightSums, 0);
    FloatVector x = FloatVector.fromArray(F, valueSums, 0);
    FloatVector determinant = w.mul(l2).sub(l.mul(l));
    FloatVector scale = w.mul(xl).sub(x.mul(l)).div(determinant);
    FloatVector fitted = l2.mul(x).sub(l.mul(xl)).div(determinant);
    VectorMask<Float> positive = fitted.compare(GT, 0f);
    scale = scale.blend(xl.div(l2), positive);
    // Where there is no fit, the error becomes NaN, which is no improvement.
    scale = FloatVector.broadcast(F, Float.NaN).blend(scale, determinant.compare(GT, 0f));
    scale.intoArray(stepScales, 0);
    fitted.blend(0f, positive).intoArray(stepLows, 0);
  }

  /** Keeps this step, wherever its error is smaller than all before. */
  private void squareError(SubBlocks blocks, int group, int at) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector scale = FloatVector.fromArray(F, stepScales, 0);
    FloatVector low = FloatVector.fromArray(F, stepLows, 0);
    FloatVector error = FloatVector.zero(F);
    for (int i = start; i < end; i += LANES) {
      FloatVector difference =
          scale
              .mul(FloatVector.fromArray(F, codes, i - start))
              .add(low)
              .sub(FloatVector.fromArray(F, blocks.values, i));
      difference = difference.mul(difference);
      error = error.add(FloatVector.fromArray(F, blocks.weights, i).mul(difference));
    }
    error.intoArray(codes, 0);
    keepBetter(at);
  }

  private void absoluteError(SubBlocks blocks, int group, int at) {
    int start = blocks.start(group);
    int end = start + blocks.size() * LANES;
    FloatVector scale = FloatVector.fromArray(F, stepScales, 0);
    FloatVector low = FloatVector.fromArray(F, stepLows, 0);
    FloatVector error = FloatVector.zero(F);
    for (int i = start; i < end; i += LANES) {
      FloatVector difference =
          scale
              .mul(FloatVector.fromArray(F, codes, i - start))
              .add(low)
              .sub(FloatVector.fromArray(F, blocks.values, i));
      difference = difference.abs();
      error = error.add(FloatVector.fromArray(F, blocks.weights, i).mul(difference));
    }
    error.intoArray(codes, 0);
    keepBetter(at);
  }

  /** The step's error is where its codes were, which nobody needs any more. */
  private void keepBetter(int at) {
    FloatVector error = FloatVector.fromArray(F, codes, 0);
    FloatVector best = FloatVector.fromArray(F, errors, 0);
    VectorMask<Float> better = error.compare(LT, best);
    best.blend(error, better).intoArray(errors, 0);
    FloatVector.fromArray(F, scales, at)
        .blend(FloatVector.fromArray(F, stepScales, 0), better)
        .intoArray(scales, at);
    FloatVector low = FloatVector.fromArray(F, minimums, at);
    FloatVector.fromArray(F, lows, at).blend(low, better).intoArray(lows, at);
    low.blend(FloatVector.fromArray(F, stepLows, 0), better).intoArray(minimums, at);
    FloatVector.fromArray(F, inverses, at)
        .blend(FloatVector.fromArray(F, stepInverses, 0), better)
        .intoArray(inverses, at);
  }
}

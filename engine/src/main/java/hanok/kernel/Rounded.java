package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.H;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/** Activations after {@link Rounding}: integer levels, their scales, and sums of them. */
final class Rounded {
  private static final int RUN = 32;

  /** Adding it leaves a float of small magnitude rounded to an integer, in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  /** Below it the inverse scale would overflow; such a block is all zero for every purpose. */
  private static final float TINY = 1e-30f;

  /** The levels. */
  final short[] levels;

  /** What a level of each 32 is worth, divided by 65,536 as {@link Lanes#foldPairs} needs it. */
  final float[] scales;

  /** The values that the levels stand for. */
  final float[] values;

  /** The sum of each 32 {@link #values}, for formats with minimums. */
  final float[] sums;

  /** The sum of each 16. */
  final float[] sums16;

  private final Rounding rounding;

  Rounded(Rounding rounding, int size) {
    this.rounding = rounding;
    levels = new short[size];
    values = new float[size];
    // A kernel loads a whole vector of scales where it needs the first few.
    scales = new float[size / RUN + F.length()];
    sums = new float[size / RUN];
    sums16 = new float[size / 16];
  }

  /** Rounds {@code x[0, n)}, a whole number of blocks. */
  void compute(float[] x, int n) {
    for (int block = 0; block < n; block += rounding.block()) {
      // A NaN is no less than TINY: it must come through to the logits, not vanish.
      float max = magnitude(x, block, block + rounding.block());
      float inverse = max < TINY ? 0 : Rounding.LEVEL_MAX / max;
      float scale = max < TINY ? 0 : rounding.scale(max, inverse);
      for (int run = block; run < block + rounding.block(); run += RUN) {
        round(x, run, inverse, scale);
      }
    }
  }

  private static float magnitude(float[] x, int from, int to) {
    FloatVector magnitude = FloatVector.zero(F);
    for (int i = from; i < to; i += F.length()) {
      magnitude = magnitude.max(FloatVector.fromArray(F, x, i).abs());
    }
    return magnitude.reduceLanes(MAX);
  }

  private void round(float[] x, int run, float inverse, float scale) {
    float both = 0;
    for (int part = run; part < run + RUN; part += 16) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = part; i < part + 16; i += F.length()) {
        FloatVector level = FloatVector.fromArray(F, x, i).mul(inverse).add(ROUNDER).sub(ROUNDER);
        ((ShortVector) level.castShape(H, 0)).intoArray(levels, i);
        level.mul(scale).intoArray(values, i);
        sum = sum.add(level);
      }
      float partSum = Lanes.sum(sum);
      sums16[part / 16] = partSum * scale;
      both += partSum;
    }
    scales[run / RUN] = scale * 0x1p-16f;
    sums[run / RUN] = both * scale;
  }
}

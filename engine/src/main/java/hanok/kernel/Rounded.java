package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.H;
import static hanok.kernel.Lanes.S;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.foreign.MemorySegment;
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

  /** The levels, two in an int: the first in the low half. */
  final int[] pairs;

  /** The sum of the levels of each 16. */
  final int[] levelSums;

  /** The sum of the levels of each 32. */
  final float[] runSums;

  /** 16 times that, as whole numbers: what sums of weights that are 16 too small lack. */
  final int[] backs16;

  /** As many zeros. */
  final int[] zeros;

  /**
   * -16 times the sums of the first and of the second halves of the {@link #pairs} of each 32
   * values, as a pair: with it, a sum of products with weights in [0, 31] is one with weights in
   * [-16, 15], and fits in 16 bits. One more than there are runs, so that the next may always be
   * loaded.
   */
  final int[] centres16;

  /** As {@link #centres16}, -32 times the sums for each 16 values, for weights in [0, 63]. */
  final int[] centres32;

  /** What a level of each 32 is worth, divided by 65,536 as {@link Lanes#foldPairs} needs it. */
  final float[] scales;

  /** The values that the levels stand for. */
  final float[] values;

  /** The sum of each 32 {@link #values}, for formats with minimums. */
  final float[] sums;

  /** The sum of each 16. */
  final float[] sums16;

  private final Rounding rounding;

  /** The levels plus 128, unsigned: what oneDNN multiplies. Empty until they are asked for. */
  private byte[] bytes = {};

  private MemorySegment byteSegment = MemorySegment.ofArray(bytes);

  Rounded(Rounding rounding, int size) {
    this.rounding = rounding;
    levels = new short[size];
    values = new float[size];
    // A kernel loads a whole vector of scales where it needs the first few.
    scales = new float[size / RUN + F.length()];
    sums = new float[size / RUN];
    sums16 = new float[size / 16];
    pairs = new int[size / 2];
    levelSums = new int[size / 16];
    runSums = new float[size / RUN];
    backs16 = new int[size / RUN];
    zeros = new int[size / 16];
    centres16 = new int[size / RUN + 1];
    centres32 = new int[size / 16 + 1];
  }

  /** Rounds {@code x[from, end)}, a whole number of blocks. */
  void compute(float[] x, int from, int end) {
    for (int block = from; block < end; block += rounding.block()) {
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
    pair(run);
    scales[run / RUN] = scale * 0x1p-16f;
    sums[run / RUN] = both * scale;
  }

  /** The sum of the levels of the 32 values with this number. */
  int levelSum(int run) {
    return levelSums[2 * run] + levelSums[2 * run + 1];
  }

  /** What a level of the 32 values with this number is worth. */
  float scale(int run) {
    return scales[run] * 0x1p16f;
  }

  /** Makes room for {@link #bytes}. */
  void reserveBytes() {
    if (bytes.length == 0) {
      bytes = new byte[levels.length];
      byteSegment = MemorySegment.ofArray(bytes);
    }
  }

  /** Computes {@link #bytes} for {@code [from, end)}. */
  void computeBytes(int from, int end) {
    for (int i = from; i < end; i++) {
      bytes[i] = (byte) (levels[i] + 128);
    }
  }

  /** The levels plus 128, unsigned. */
  MemorySegment bytes() {
    return byteSegment;
  }

  private void pair(int run) {
    for (int i = run; i < run + RUN; i += S.length()) {
      ShortVector.fromArray(S, levels, i).reinterpretAsInts().intoArray(pairs, i / 2);
    }
    int evens = 0;
    int odds = 0;
    for (int part = run / 16; part < run / 16 + 2; part++) {
      int even = 0;
      int odd = 0;
      for (int i = 8 * part; i < 8 * part + 8; i++) {
        even += (short) pairs[i];
        odd += pairs[i] >> 16;
      }
      levelSums[part] = even + odd;
      centres32[part] = pairOf(-32 * even, -32 * odd);
      evens += even;
      odds += odd;
    }
    centres16[run / RUN] = pairOf(-16 * evens, -16 * odds);
    runSums[run / RUN] = evens + odds;
    backs16[run / RUN] = 16 * (evens + odds);
  }

  private static int pairOf(int low, int high) {
    return low & 0xFFFF | high << 16;
  }
}

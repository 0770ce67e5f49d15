package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.H;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * The activations of a batch, {@code [tokens x columns]}, in the forms that kernels read: as float
 * values and, after {@link #quantize}, as integer levels in {@code [-511, 511]} with one scale for 32
 * values.
 *
 * <p>Why 511, where llama.cpp has 127: kernels multiply in 16 bits, and the largest sum of two
 * products, {@code 2 * 32 * 511} for a 6-bit weight, still fits. The two more bits cost nothing and
 * leave a sixteenth of the error's power.
 *
 * <p>Filled by one thread, then read by many. The arrays are reused; nothing is allocated after the
 * constructor.
 */
public final class Activations {
  /** The largest level. */
  static final int LEVEL_MAX = 511;

  /** Values that share a scale. */
  static final int BLOCK = 32;

  /** Adding it leaves a float of small magnitude rounded to an integer, in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  /** Below it the inverse scale would overflow; such a block is all zero for every purpose. */
  private static final float TINY = 1e-30f;

  private final int tokensMax;
  private final int columnsMax;
  private final float[] values;
  private final short[] levels;
  private final float[] scales;
  private final float[] sums;
  private final float[] sums16;
  private int tokens;
  private int columns;
  private boolean quantized;

  /**
   * Room for {@code tokensMax} tokens of {@code columnsMax} values each.
   *
   * @throws IllegalArgumentException if either is not positive, or both together are too many
   */
  public Activations(int tokensMax, int columnsMax) {
    if (tokensMax <= 0 || columnsMax <= 0 || (long) tokensMax * columnsMax > 1 << 30) {
      throw new IllegalArgumentException(
          "activations of %d tokens x %d columns: both must be positive, their product at most 2^30"
              .formatted(tokensMax, columnsMax));
    }
    this.tokensMax = tokensMax;
    this.columnsMax = columnsMax;
    int size = tokensMax * columnsMax;
    values = new float[size];
    levels = new short[size];
    // A kernel loads a whole vector of scales where it needs the first few.
    scales = new float[size / BLOCK + F.length()];
    sums = new float[size / BLOCK];
    sums16 = new float[size / 16];
  }

  /**
   * Takes a copy of {@code x[offset, offset + tokens * columns)}, row after row.
   *
   * @throws IllegalArgumentException if there is no room for so many
   */
  public void set(float[] x, int offset, int tokens, int columns) {
    if (tokens <= 0 || tokens > tokensMax || columns <= 0 || columns > columnsMax) {
      throw new IllegalArgumentException(
          "%d tokens x %d columns do not fit in activations of %d x %d"
              .formatted(tokens, columns, tokensMax, columnsMax));
    }
    System.arraycopy(x, offset, values, 0, tokens * columns);
    this.tokens = tokens;
    this.columns = columns;
    quantized = false;
  }

  public int tokens() {
    return tokens;
  }

  /** Values of a token. */
  public int columns() {
    return columns;
  }

  /**
   * Computes the levels, if that has not been done since {@link #set}.
   *
   * @throws IllegalArgumentException if the columns are not a multiple of 32
   */
  public void quantize() {
    if (quantized) {
      return;
    }
    if (columns % BLOCK != 0) {
      throw new IllegalArgumentException(
          "%d columns are not a multiple of %d, as quantised weights need"
              .formatted(columns, BLOCK));
    }
    for (int i = 0; i < tokens * columns; i += BLOCK) {
      quantizeBlock(i);
    }
    quantized = true;
  }

  private void quantizeBlock(int start) {
    FloatVector magnitude = FloatVector.zero(F);
    for (int i = 0; i < BLOCK; i += F.length()) {
      magnitude = magnitude.max(FloatVector.fromArray(F, values, start + i).abs());
    }
    // A NaN is no less than TINY: it must come through to the logits, not vanish.
    float max = magnitude.reduceLanes(MAX);
    float inverse = max < TINY ? 0 : LEVEL_MAX / max;
    float scale = max < TINY ? 0 : max / LEVEL_MAX;
    float both = 0;
    for (int part = 0; part < BLOCK; part += 16) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = start + part; i < start + part + 16; i += F.length()) {
        FloatVector level =
            FloatVector.fromArray(F, values, i).mul(inverse).add(ROUNDER).sub(ROUNDER);
        ((ShortVector) level.castShape(H, 0)).intoArray(levels, i);
        sum = sum.add(level);
      }
      float partSum = Lanes.sum(sum);
      sums16[(start + part) / 16] = partSum * scale;
      both += partSum;
    }
    scales[start / BLOCK] = scale * 0x1p-16f;
    sums[start / BLOCK] = both * scale;
  }

  /** The values, {@code [tokens x columns]}. */
  float[] values() {
    return values;
  }

  /** The levels, {@code [tokens x columns]}. */
  short[] levels() {
    if (!quantized) {
      throw new IllegalStateException("activations were not quantised after they were set");
    }
    return levels;
  }

  /** What a level of each 32 is worth, divided by 65,536 as {@link Lanes#foldPairs} needs it. */
  float[] scales() {
    return scales;
  }

  /**
   * The sum of each 32 values, as quantised: a weight {@code d * q - m} is then off by {@code weight
   * * error}, where the sum of the values themselves would leave the larger {@code d * q * error}.
   */
  float[] sums() {
    return sums;
  }

  /** {@link #sums} for each 16 values. */
  float[] sums16() {
    return sums16;
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.toFloats;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Up to 128 interleaved rows times many tokens, 256 columns at a time: the weights are rounded to
 * signed bytes with one scale for 256 columns of a row, as the activations are, and multiplied as
 * bytes. Rounding weights so adds an error of the size that rounding the activations has.
 *
 * <p>Of one thread; allocates what it needs once.
 */
final class ByteTile {
  /** Rows at most. */
  static final int ROWS = 128;

  private static final int GROUP = Interleaved.ROWS;

  /** As many bytes as {@link Lanes#I} has ints. */
  private static final VectorSpecies<Byte> BYTES =
      Lanes.I.length() == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /** The largest byte, less one: what rounding of the factors may add stays in the byte. */
  private static final float LARGEST = 126;

  private final Slice slice = new Slice();

  /** The weights, {@code [256][rows]}. */
  private final byte[] weights = new byte[Slice.COLUMNS * ROWS];

  private final MemorySegment weightBytes = MemorySegment.ofArray(weights);

  /** What a byte of each row is worth. */
  private final float[] steps = new float[ROWS];

  /** -128 times the sum of a row's bytes: what 128 in every activation adds, taken back. */
  private final int[] corrections = new int[ROWS];

  private int[] products = {};
  private MemorySegment productInts = MemorySegment.ofArray(products);

  /**
   * Computes {@code y[yOffset + token * yStride + row]} for all tokens and {@code rows} rows.
   *
   * @param offset of the first group of rows in {@code data}
   * @param rows a whole number of groups, at most {@link #ROWS}
   * @param yOffset of the first row's output
   */
  void multiply(
      OneDnn oneDnn,
      Interleaved form,
      MemorySegment data,
      long offset,
      int rows,
      Activations x,
      float[] y,
      int yOffset,
      int yStride) {
    Rounded rounded = x.by256();
    reserve(x.tokens() * rows);
    int columns = x.columns();
    long groupBytes = form.groupBytes(columns);
    long sliceBytes = groupBytes / (columns / Slice.COLUMNS);
    for (int from = 0; from < columns; from += Slice.COLUMNS) {
      for (int row = 0; row < rows; row += GROUP) {
        long group = offset + row / GROUP * groupBytes;
        form.unpack(data, group + from / Slice.COLUMNS * sliceBytes, slice);
        round(form.levelMax(), row, rows);
      }
      MemorySegment activations = rounded.bytes().asSlice(from);
      oneDnn.multiply(
          activations, columns, weightBytes, productInts, x.tokens(), rows, Slice.COLUMNS);
      for (int token = 0; token < x.tokens(); token++) {
        float worth = rounded.scale((token * columns + from) / 32);
        add(token * rows, worth, y, yOffset + token * yStride, rows, from == 0);
      }
    }
  }

  private void reserve(int count) {
    if (products.length < count) {
      products = new int[count];
      productInts = MemorySegment.ofArray(products);
    }
  }

  /** Rounds the weights of the slice to bytes, into columns {@code [row, row + 16)}. */
  private void round(int levelMax, int row, int rows) {
    for (int lane = 0; lane < GROUP; lane += I.length()) {
      FloatVector largest = FloatVector.zero(F);
      for (int run = lane; run < Slice.RUN * GROUP; run += GROUP) {
        FloatVector low = FloatVector.fromArray(F, slice.shifts(), run);
        FloatVector scale = FloatVector.fromArray(F, slice.scales(), run);
        FloatVector high = scale.mul(levelMax).add(low);
        largest = largest.max(low.abs()).max(high.abs());
      }
      FloatVector step = largest.max(Float.MIN_NORMAL).div(LARGEST);
      step.intoArray(steps, row + lane);
      IntVector sum = IntVector.zero(I);
      for (int run = 0; run < Slice.COLUMNS / Slice.RUN; run++) {
        sum = sum.add(roundRun(run, lane, step, row, rows));
      }
      sum.sub(128 * Slice.COLUMNS).mul(-128).intoArray(corrections, row + lane);
    }
  }

  /**
   * Eight pairs of columns: {@code (factor * level + summand) >> 8} is the byte plus 128, in
   * unsigned 16 bits. Returns the sums of these.
   */
  private IntVector roundRun(int run, int lane, FloatVector step, int row, int rows) {
    int at = run * GROUP + lane;
    FloatVector scale = FloatVector.fromArray(F, slice.scales(), at).div(step);
    FloatVector shift = FloatVector.fromArray(F, slice.shifts(), at).div(step);
    ShortVector factor = both(scale.mul(256));
    ShortVector summand = both(shift.mul(256).add(128 * 256 + 128));
    ShortVector sum = ShortVector.zero(Lanes.S);
    for (int pair = run * 8; pair < run * 8 + 8; pair++) {
      IntVector levels = IntVector.fromArray(I, slice.levels(), pair * GROUP + lane);
      IntVector scaled = levels.reinterpretAsShorts().mul(factor).add(summand).reinterpretAsInts();
      IntVector bytes = scaled.lanewise(LSHR, 8).and(0xFF00FF);
      sum = sum.add(bytes.reinterpretAsShorts());
      IntVector signed = bytes.lanewise(XOR, 0x800080);
      int column = 2 * pair * rows + row + lane;
      ((ByteVector) signed.castShape(BYTES, 0)).intoArray(weights, column);
      IntVector second = signed.lanewise(LSHR, 16);
      ((ByteVector) second.castShape(BYTES, 0)).intoArray(weights, column + rows);
    }
    return addPairs(sum);
  }

  /** The nearest integers, in both halves of each lane. */
  private static ShortVector both(FloatVector v) {
    IntVector rounded = (IntVector) v.add(0x1.8p23f).sub(0x1.8p23f).convertShape(F2I, I, 0);
    return rounded.and(0xFFFF).or(rounded.lanewise(LSHL, 16)).reinterpretAsShorts();
  }

  /** Adds a token's products of one slice to its outputs. */
  private void add(int from, float worth, float[] y, int at, int rows, boolean first) {
    for (int row = 0; row < rows; row += F.length()) {
      IntVector sums = IntVector.fromArray(I, products, from + row);
      FloatVector sum = toFloats(sums.add(IntVector.fromArray(I, corrections, row)));
      FloatVector before = first ? FloatVector.zero(F) : FloatVector.fromArray(F, y, at + row);
      sum.mul(FloatVector.fromArray(F, steps, row))
          .fma(FloatVector.broadcast(F, worth), before)
          .intoArray(y, at + row);
    }
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.toFloats;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

  /** Tokens of one product: what it reads and writes stays in the second cache. */
  private static final int TOKENS = 256;

  private static final int GROUP = Interleaved.ROWS;

  /** As many bytes as {@link Lanes#I} has ints. */
  private static final VectorSpecies<Byte> BYTES =
      Lanes.I.length() == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private static final int RUNS_MAX = Slice.RUNS_MAX;

  /** From -126 to 126: what rounding of the factors may add stays in the byte. */
  private static final float LEVELS = 252;

  private final Slice slice = new Slice();

  /** The weights, {@code [256][rows]}. */
  private final byte[] weights = new byte[Slice.COLUMNS * ROWS];

  private final MemorySegment weightBytes = MemorySegment.ofArray(weights);

  /** What a byte of each row is worth. */
  private final float[] steps = new float[ROWS];

  /** 256 over the steps. */
  private final float[] inverses = new float[ROWS];

  /** What a byte of zero stands for. */
  private final float[] middles = new float[ROWS];

  /** What a level of each run is worth, {@code [runs][16]}, and what level zero stands for. */
  private final float[] scales = new float[RUNS_MAX * GROUP];

  private final float[] shifts = new float[RUNS_MAX * GROUP];

  /** The least weight of each run, {@code [runs][16]}, and the greatest. */
  private final float[] lows = new float[RUNS_MAX * GROUP];

  private final float[] highs = new float[RUNS_MAX * GROUP];

  /** Of each run, {@code [runs][16]}. */
  private final int[] factors = new int[RUNS_MAX * GROUP];

  private final int[] summands = new int[RUNS_MAX * GROUP];

  /** Of the bytes plus 128, for each row of a group. */
  private final int[] sums = new int[GROUP];

  /** What 128 in every activation adds, taken back: -128 times the sum of a row's bytes. */
  private final float[] corrections = new float[ROWS];

  /** Of some tokens and one slice, {@code [TOKENS][rows]}. */
  private final int[] products = new int[TOKENS * ROWS];

  private final MemorySegment productInts = MemorySegment.ofArray(products);

  /** Of all tokens and slices, {@code [tokens][rows]}. */
  private float[] totals = {};

  /**
   * Computes {@code y[yOffset + token * yStride + row]} for all tokens and {@code rows} rows.
   *
   * @param address of the first group of rows
   * @param rows a whole number of groups, at most {@link #ROWS}
   * @param yOffset of the first row's output
   */
  void multiply(
      OneDnn oneDnn,
      Interleaved form,
      long address,
      int rows,
      Activations x,
      float[] y,
      int yOffset,
      int yStride) {
    Rounded rounded = x.by256();
    int tokens = x.tokens();
    reserve(tokens * rows);
    Arrays.fill(totals, 0, tokens * rows, 0);
    int columns = x.columns();
    long groupBytes = form.groupBytes(columns);
    long sliceBytes = groupBytes / (columns / Slice.COLUMNS);
    for (int from = 0; from < columns; from += Slice.COLUMNS) {
      for (int row = 0; row < rows; row += GROUP) {
        long group = address + row / GROUP * groupBytes;
        form.unpack(group + from / Slice.COLUMNS * sliceBytes, slice);
        round(form, row, rows);
      }
      for (int first = 0; first < tokens; first += TOKENS) {
        int count = Math.min(TOKENS, tokens - first);
        MemorySegment bytes = rounded.bytes().asSlice((long) first * columns + from);
        oneDnn.multiply(bytes, columns, weightBytes, productInts, count, rows, Slice.COLUMNS);
        for (int token = 0; token < count; token++) {
          int column = (first + token) * columns + from;
          add(rounded, column, token * rows, (first + token) * rows, rows);
        }
      }
    }
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(totals, token * rows, y, yOffset + token * yStride, rows);
    }
  }

  private void reserve(int count) {
    if (totals.length < count) {
      totals = new float[count];
    }
  }

  /** Rounds the weights of the slice to bytes, into columns {@code [row, row + 16)}. */
  private void round(Interleaved form, int row, int rows) {
    int pairs = form.runColumns() / 2;
    int end = Slice.COLUMNS / form.runColumns() * GROUP;
    for (int lane = 0; lane < GROUP; lane += I.length()) {
      worth(form, lane, end);
      for (int at = lane; at < end; at += GROUP) {
        extremes(at, pairs, lane);
      }
      FloatVector low = FloatVector.fromArray(F, lows, lane);
      FloatVector high = FloatVector.fromArray(F, highs, lane);
      for (int at = GROUP + lane; at < end; at += GROUP) {
        low = low.min(FloatVector.fromArray(F, lows, at));
        high = high.max(FloatVector.fromArray(F, highs, at));
      }
      FloatVector step = high.sub(low).max(Float.MIN_NORMAL).div(LEVELS);
      FloatVector middle = high.add(low).mul(0.5f);
      step.intoArray(steps, row + lane);
      middle.intoArray(middles, row + lane);
      FloatVector.broadcast(F, 256).div(step).intoArray(inverses, row + lane);
      fit(lane, row, end);
      roundColumns(lane, row, rows, pairs);
      IntVector excess = IntVector.fromArray(I, sums, lane).sub(128 * Slice.COLUMNS).mul(-128);
      toFloats(excess).mul(step).intoArray(corrections, row + lane);
    }
  }

  /** What a level of each run is worth, and what level zero stands for. */
  private void worth(Interleaved form, int lane, int end) {
    FloatVector d = FloatVector.fromArray(F, slice.d(), lane);
    FloatVector dmin = FloatVector.fromArray(F, slice.dmin(), lane);
    for (int at = lane; at < end; at += GROUP) {
      FloatVector scale = FloatVector.fromArray(F, slice.scales(), at).mul(d);
      FloatVector minimum = FloatVector.fromArray(F, slice.minimums(), at).mul(dmin);
      scale.intoArray(scales, at);
      scale.mul(-form.levelOffset()).sub(minimum).intoArray(shifts, at);
    }
  }

  /** The least and the greatest weight of the run whose scales are at {@code run}. */
  private void extremes(int run, int pairs, int lane) {
    int from = run / GROUP * pairs * GROUP + lane;
    ShortVector least = IntVector.fromArray(I, slice.levels(), from).reinterpretAsShorts();
    ShortVector most = least;
    for (int at = from + GROUP; at < from + pairs * GROUP; at += GROUP) {
      ShortVector levels = IntVector.fromArray(I, slice.levels(), at).reinterpretAsShorts();
      least = least.min(levels);
      most = most.max(levels);
    }
    IntVector least2 = least.reinterpretAsInts();
    IntVector most2 = most.reinterpretAsInts();
    FloatVector scale = FloatVector.fromArray(F, scales, run);
    FloatVector shift = FloatVector.fromArray(F, shifts, run);
    FloatVector a = toFloats(least2.and(0xFFFF).min(least2.lanewise(LSHR, 16))).fma(scale, shift);
    FloatVector b = toFloats(most2.and(0xFFFF).max(most2.lanewise(LSHR, 16))).fma(scale, shift);
    a.min(b).intoArray(lows, run);
    a.max(b).intoArray(highs, run);
  }

  /**
   * Finds what turns the levels of each run into bytes: {@code (factor * level + summand) >> 8} is
   * the byte plus 128, in unsigned 16 bits.
   */
  private void fit(int lane, int row, int end) {
    for (int at = lane; at < end; at += GROUP) {
      FloatVector inverse = FloatVector.fromArray(F, inverses, row + lane);
      FloatVector middle = FloatVector.fromArray(F, middles, row + lane);
      FloatVector scale = FloatVector.fromArray(F, scales, at).mul(inverse);
      FloatVector shift = FloatVector.fromArray(F, shifts, at).sub(middle).mul(inverse);
      both(scale).intoArray(factors, at);
      both(shift.add(128 * 256 + 128)).intoArray(summands, at);
    }
  }

  /** Rounds all pairs of columns, as {@link #fit} says, and sums up the bytes plus 128. */
  private void roundColumns(int lane, int row, int rows, int pairs) {
    ShortVector sum = ShortVector.zero(Lanes.S);
    int column = row + lane;
    for (int pair = 0; pair < Slice.COLUMNS / 2; pair++, column += 2 * rows) {
      int at = pair / pairs * GROUP + lane;
      ShortVector factor = IntVector.fromArray(I, factors, at).reinterpretAsShorts();
      ShortVector summand = IntVector.fromArray(I, summands, at).reinterpretAsShorts();
      IntVector levels = IntVector.fromArray(I, slice.levels(), pair * GROUP + lane);
      IntVector scaled = levels.reinterpretAsShorts().mul(factor).add(summand).reinterpretAsInts();
      IntVector bytes = scaled.lanewise(LSHR, 8).and(0xFF00FF);
      sum = sum.add(bytes.reinterpretAsShorts());
      IntVector signed = bytes.lanewise(XOR, 0x800080);
      ((ByteVector) signed.castShape(BYTES, 0)).intoArray(weights, column);
      IntVector second = signed.lanewise(LSHR, 16);
      ((ByteVector) second.castShape(BYTES, 0)).intoArray(weights, column + rows);
    }
    IntVector halves = sum.reinterpretAsInts(); // unsigned: 128 bytes in each
    halves.and(0xFFFF).add(halves.lanewise(LSHR, 16)).intoArray(sums, lane);
  }

  /** The nearest integers, in both halves of each lane. */
  private static IntVector both(FloatVector v) {
    IntVector rounded = (IntVector) v.add(0x1.8p23f).sub(0x1.8p23f).convertShape(F2I, I, 0);
    return rounded.and(0xFFFF).or(rounded.lanewise(LSHL, 16));
  }

  /** Adds a token's products of the slice at {@code column} to its totals. */
  private void add(Rounded x, int column, int product, int total, int rows) {
    float worth = x.scale(column / 32);
    float levels = 0;
    for (int i = column / 16; i < (column + Slice.COLUMNS) / 16; i++) {
      levels += x.levelSums[i];
    }
    for (int row = 0; row < rows; row += F.length()) {
      FloatVector sum = FloatVector.fromArray(F, corrections, row);
      sum = FloatVector.fromArray(F, middles, row).fma(FloatVector.broadcast(F, levels), sum);
      FloatVector bytes = toFloats(IntVector.fromArray(I, products, product + row));
      sum = bytes.fma(FloatVector.fromArray(F, steps, row), sum);
      sum.fma(FloatVector.broadcast(F, worth), FloatVector.fromArray(F, totals, total + row))
          .intoArray(totals, total + row);
    }
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.lowHalves;
import static hanok.kernel.Lanes.toFloats;
import static hanok.kernel.PairBits.store;
import static hanok.kernel.PairBits.word;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The scales and minimums of interleaved Q4_K and Q5_K, in four lines after the weights. Of the
 * sixteen fields of six bits, which are the eight scales and then the eight minimums of the runs of
 * 32, lines 0 to 2 hold five each, the first lowest, and in their top bits two bits each of the
 * sixteenth, the lowest in line 0. Line 3 holds d in the low half and dmin in the high one.
 */
final class KTotals {
  static final int LINES = 4;

  private static final int LINE = Interleaved.LINE;
  private static final int ROWS = Interleaved.ROWS;

  /** Runs of 32 weights, with a scale and a minimum each. */
  static final int RUNS = 8;

  private KTotals() {}

  /** Packs the first four words of a block, which are as {@link KScales} describes them. */
  static void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      IntVector rest = word(words, 3, lane);
      IntVector scales = word(words, 1, lane);
      IntVector mins = word(words, 2, lane);
      IntVector scalesTo7 = fourFields(joined(rest, scales));
      IntVector minsTo3 = fourFields(mins);
      IntVector minsTo7 = fourFields(joined(rest.lanewise(LSHR, 4), mins));
      IntVector last = minsTo7.lanewise(LSHR, 18);
      IntVector to4 = fourFields(scales).or(scalesTo7.lanewise(LSHL, 24));
      IntVector to9 = scalesTo7.lanewise(LSHR, 6).or(minsTo3.lanewise(LSHL, 18));
      IntVector to14 = minsTo3.lanewise(LSHR, 12).or(minsTo7.lanewise(LSHL, 12));
      store(withTop(to4, last), group, target, 0, lane);
      store(withTop(to9, last.lanewise(LSHR, 2)), group, target, 1, lane);
      store(withTop(to14, last.lanewise(LSHR, 4)), group, target, 2, lane);
      store(word(words, 0, lane), group, target, 3, lane);
    }
  }

  /** The scales, or minimums, of runs 4 to 7, a byte each. */
  private static IntVector joined(IntVector low, IntVector first) {
    return low.and(0x0F0F0F0F).or(first.lanewise(LSHR, 2).and(0x30303030));
  }

  /** The low six bits of four bytes, the first lowest. */
  private static IntVector fourFields(IntVector bytes) {
    IntVector low = bytes.and(0x3F003F).or(bytes.and(0x3F003F00).lanewise(LSHR, 2));
    return low.and(0xFFF).or(low.lanewise(LSHR, 4).and(0xFFF000));
  }

  private static IntVector withTop(IntVector fields, IntVector top) {
    return fields.and(0x3FFFFFFF).or(top.lanewise(LSHL, 30));
  }

  /**
   * Turns the sixteen fields into floats, {@code [16][rows]}: eight scales, eight minimums.
   *
   * @param lines {@code [>= 3][rows]}, from {@code at} on
   */
  static void fields(int[] lines, int at, float[] fields) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      IntVector last = IntVector.zero(I);
      int to = lane;
      for (int line = 0; line < 3; line++) {
        IntVector left = IntVector.fromArray(I, lines, at + ROWS * line + lane);
        for (int field = 0; field < 5; field++, to += ROWS) {
          toFloats(left.and(63)).intoArray(fields, to);
          left = left.lanewise(LSHR, 6);
        }
        last = last.lanewise(LSHR, 2).or(left.lanewise(LSHL, 4));
      }
      toFloats(last).intoArray(fields, to);
    }
  }

  /**
   * As {@link Interleaved#addTotals}.
   *
   * @param backs what is added to the sum of each run
   */
  static void add(Interleaved.Scratch scratch, Rounded x, int[] backs, int unit, int count) {
    int[] lines = scratch.lines();
    float[] fields = scratch.fields();
    for (int i = 0; i < count; i++) {
      int at = i * (RUNS + LINES) * ROWS;
      int run = RUNS * (unit + i);
      fields(lines, at + RUNS * ROWS, fields);
      addProducts(lines, at, fields, backs, run, x.scale(run), scratch.totals());
      subtractMinimums(lines, at, fields, x.runSums, run, x.scale(run), scratch.totals());
    }
  }

  private static void addProducts(
      int[] lines, int at, float[] scales, int[] backs, int run, float worth, float[] totals) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      FloatVector products = FloatVector.zero(F);
      for (int i = 0; i < RUNS; i++) {
        IntVector sum = IntVector.fromArray(I, lines, at + ROWS * i + lane).add(backs[run + i]);
        products = toFloats(sum).fma(FloatVector.fromArray(F, scales, ROWS * i + lane), products);
      }
      IntVector halves = IntVector.fromArray(I, lines, at + (RUNS + 3) * ROWS + lane);
      FloatVector d = lowHalves(halves).mul(worth);
      products.fma(d, FloatVector.fromArray(F, totals, lane)).intoArray(totals, lane);
    }
  }

  private static void subtractMinimums(
      int[] lines, int at, float[] fields, float[] sums, int run, float worth, float[] totals) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      FloatVector minimums = FloatVector.zero(F);
      for (int i = 0; i < RUNS; i++) {
        FloatVector min = FloatVector.fromArray(F, fields, ROWS * (RUNS + i) + lane);
        minimums = min.fma(FloatVector.broadcast(F, sums[run + i]), minimums);
      }
      IntVector halves = IntVector.fromArray(I, lines, at + (RUNS + 3) * ROWS + lane);
      FloatVector dmin = lowHalves(halves.lanewise(LSHR, 16)).mul(worth);
      FloatVector.fromArray(F, totals, lane).sub(minimums.mul(dmin)).intoArray(totals, lane);
    }
  }

  /** The scales and minimums of a {@link Slice}, from the four lines at {@code address}. */
  static void unpack(long address, Slice slice) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int i = 0; i < 3; i++) {
        line(address + (long) i * LINE + 4L * lane).intoArray(slice.words(), ROWS * i + lane);
      }
      IntVector halves = line(address + 3L * LINE + 4L * lane);
      lowHalves(halves).intoArray(slice.d(), lane);
      lowHalves(halves.lanewise(LSHR, 16)).intoArray(slice.dmin(), lane);
    }
    fields(slice.words(), 0, slice.scales());
  }
}

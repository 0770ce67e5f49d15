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
 * The scales and minimums of interleaved Q4_K and Q5_K, in four lines after the weights:
 *
 * <pre>
 * line 0  the low four bits of scale s at bit 4 s, for the eight runs s of 32
 * line 1  the low four bits of minimum s at bit 4 s
 * line 2  the upper two bits of scale s at bit 2 s, of minimum s at bit 16 + 2 s
 * line 3  d in the low half, dmin in the high one
 * </pre>
 */
final class KTotals {
  static final int LINES = 4;

  private static final int LINE = Interleaved.LINE;

  /** Runs of 32 weights, with a scale and a minimum each. */
  static final int RUNS = 8;

  private KTotals() {}

  /** Packs the first four words of a block, which are as {@link KScales} describes them. */
  static void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < Interleaved.ROWS; lane += I.length()) {
      IntVector scales = word(words, 1, lane);
      IntVector mins = word(words, 2, lane);
      IntVector rest = word(words, 3, lane);
      IntVector scalesTo7 = joined(rest, scales);
      IntVector minsTo7 = joined(rest.lanewise(LSHR, 4), mins);
      store(nibbles(scales, scalesTo7), group, target, 0, lane);
      store(nibbles(mins, minsTo7), group, target, 1, lane);
      IntVector upper = upperTwo(scales, scalesTo7);
      upper = upper.or(upperTwo(mins, minsTo7).lanewise(LSHL, 16));
      store(upper, group, target, 2, lane);
      store(word(words, 0, lane), group, target, 3, lane);
    }
  }

  /** The scales, or minimums, of runs 4 to 7, a byte each. */
  private static IntVector joined(IntVector low, IntVector first) {
    return low.and(0x0F0F0F0F).or(first.lanewise(LSHR, 2).and(0x30303030));
  }

  /** The low nibbles of eight bytes, the first lowest. */
  private static IntVector nibbles(IntVector to3, IntVector to7) {
    return fourNibbles(to3).or(fourNibbles(to7).lanewise(LSHL, 16));
  }

  private static IntVector fourNibbles(IntVector bytes) {
    IntVector low = bytes.and(0x0F0F0F0F);
    low = low.or(low.lanewise(LSHR, 4)).and(0x00FF00FF);
    return low.or(low.lanewise(LSHR, 8)).and(0xFFFF);
  }

  /** Bits 4 and 5 of eight bytes in the low half, the first lowest. */
  private static IntVector upperTwo(IntVector to3, IntVector to7) {
    return fourUpperTwo(to3).or(fourUpperTwo(to7).lanewise(LSHL, 8));
  }

  private static IntVector fourUpperTwo(IntVector bytes) {
    IntVector upper = bytes.lanewise(LSHR, 4).and(0x03030303);
    upper = upper.or(upper.lanewise(LSHR, 6)).and(0x000F000F);
    return upper.or(upper.lanewise(LSHR, 12)).and(0xFF);
  }

  /**
   * As {@link Interleaved#addTotals}. Two loops: one that carries two sums is boxed.
   *
   * @param centre what was subtracted from every weight
   */
  static void add(int[] lines, Rounded x, int unit, int count, int centre, float[] totals) {
    for (int i = 0; i < count; i++) {
      int at = i * (RUNS + LINES) * Interleaved.ROWS;
      addProducts(lines, at, x, unit + i, centre, totals);
      subtractMinimums(lines, at + RUNS * Interleaved.ROWS, x, unit + i, totals);
    }
  }

  private static void addProducts(
      int[] lines, int at, Rounded x, int block, int centre, float[] totals) {
    int scales = at + RUNS * Interleaved.ROWS;
    for (int lane = 0; lane < Interleaved.ROWS; lane += I.length()) {
      FloatVector products = FloatVector.zero(F);
      for (int run = 0; run < RUNS; run++) {
        IntVector scale = IntVector.fromArray(I, lines, scales + lane).lanewise(LSHR, 4 * run);
        IntVector upper = IntVector.fromArray(I, lines, scales + 32 + lane);
        upper = upper.lanewise(LSHR, 2 * run).lanewise(LSHL, 4);
        IntVector sum = IntVector.fromArray(I, lines, at + 16 * run + lane);
        sum = sum.add(centre * levels(x, block, run));
        products = toFloats(sum).fma(toFloats(scale.and(15).or(upper.and(48))), products);
      }
      IntVector halves = IntVector.fromArray(I, lines, scales + 48 + lane);
      FloatVector d = lowHalves(halves).mul(x.scale(RUNS * block));
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      products.fma(d, total).intoArray(totals, lane);
    }
  }

  private static void subtractMinimums(
      int[] lines, int scales, Rounded x, int block, float[] totals) {
    for (int lane = 0; lane < Interleaved.ROWS; lane += I.length()) {
      IntVector minimums = IntVector.zero(I);
      for (int run = 0; run < RUNS; run++) {
        IntVector min = IntVector.fromArray(I, lines, scales + 16 + lane).lanewise(LSHR, 4 * run);
        IntVector upper = IntVector.fromArray(I, lines, scales + 32 + lane);
        upper = upper.lanewise(LSHR, 2 * run).lanewise(LSHR, 12);
        min = min.and(15).or(upper.and(48));
        minimums = minimums.add(min.mul(levels(x, block, run)));
      }
      IntVector halves = IntVector.fromArray(I, lines, scales + 48 + lane);
      FloatVector dmin = lowHalves(halves.lanewise(LSHR, 16)).mul(x.scale(RUNS * block));
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      total.sub(toFloats(minimums).mul(dmin)).intoArray(totals, lane);
    }
  }

  private static int levels(Rounded x, int block, int run) {
    int part = 2 * (RUNS * block + run);
    return x.levelSums[part] + x.levelSums[part + 1];
  }

  /** The scales and minimums of a {@link Slice}, from the four lines at {@code address}. */
  static void unpack(long address, Slice slice) {
    for (int lane = 0; lane < Interleaved.ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      IntVector halves = line(from + 3 * LINE);
      lowHalves(halves).intoArray(slice.d(), lane);
      lowHalves(halves.lanewise(LSHR, 16)).intoArray(slice.dmin(), lane);
      for (int run = 0; run < RUNS; run++) {
        unpackScales(from, run, slice.scales(), lane);
        unpackMinimums(from, run, slice.minimums(), lane);
      }
    }
  }

  private static void unpackScales(long from, int run, float[] scales, int lane) {
    IntVector scale = line(from).lanewise(LSHR, 4 * run);
    IntVector upper = line(from + 2 * LINE).lanewise(LSHR, 2 * run).lanewise(LSHL, 4);
    int at = run * Interleaved.ROWS + lane;
    toFloats(scale.and(15).or(upper.and(48))).intoArray(scales, at);
  }

  private static void unpackMinimums(long from, int run, float[] minimums, int lane) {
    IntVector min = line(from + LINE).lanewise(LSHR, 4 * run);
    IntVector upper = line(from + 2 * LINE).lanewise(LSHR, 2 * run).lanewise(LSHR, 12);
    int at = run * Interleaved.ROWS + lane;
    toFloats(min.and(15).or(upper.and(48))).intoArray(minimums, at);
  }
}

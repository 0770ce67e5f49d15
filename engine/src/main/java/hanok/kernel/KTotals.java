package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.lowHalves;
import static hanok.kernel.Lanes.toFloats;
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

  /** Runs of 32 weights, with a scale and a minimum each. */
  static final int RUNS = 8;

  private KTotals() {}

  /** Packs the first 16 bytes of a block, as {@link KScales} describes them. */
  static void pack(MemorySegment rows, long source, MemorySegment group, long target) {
    long head = rows.get(LONG, source);
    long tail = rows.get(LONG, source + 8);
    long scales = KScales.scales(head, tail);
    long mins = KScales.mins(tail);
    group.set(INT, target, PairBits.lowNibbles(scales));
    group.set(INT, target + Interleaved.LINE, PairBits.lowNibbles(mins));
    int upper = PairBits.upperTwo(scales) | PairBits.upperTwo(mins) << 16;
    group.set(INT, target + 2 * Interleaved.LINE, upper);
    group.set(INT, target + 3 * Interleaved.LINE, (int) head);
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
      IntVector products = IntVector.zero(I);
      for (int run = 0; run < RUNS; run++) {
        IntVector scale = IntVector.fromArray(I, lines, scales + lane).lanewise(LSHR, 4 * run);
        IntVector upper = IntVector.fromArray(I, lines, scales + 32 + lane);
        upper = upper.lanewise(LSHR, 2 * run).lanewise(LSHL, 4);
        IntVector sum = IntVector.fromArray(I, lines, at + 16 * run + lane);
        sum = sum.add(centre * levels(x, block, run));
        products = products.add(sum.mul(scale.and(15).or(upper.and(48))));
      }
      IntVector halves = IntVector.fromArray(I, lines, scales + 48 + lane);
      FloatVector d = lowHalves(halves).mul(x.scale(RUNS * block));
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      toFloats(products).fma(d, total).intoArray(totals, lane);
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
}

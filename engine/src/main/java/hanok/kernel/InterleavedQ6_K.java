package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.SHORT;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.lowHalves;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.Lanes.toFloats;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Q6_K: three lines for each 16 columns. A half of an int holds two weights of six bits, so that
 * three lines take six pairs, and in its top four bits a third of the last two pairs, the highest
 * bits in the first line. Then four lines with the sixteen scales, a byte each, and one with d.
 */
record InterleavedQ6_K() implements Interleaved {
  private static final int UNIT = 256;
  private static final int LINES = 53;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int RUNS = 16;
  private static final int SCALE_LINES = 5;
  private static final int WEIGHTS = 0x3F003F;
  private static final int TOP = 0xF000F;

  @Override
  public GgmlType type() {
    return GgmlType.Q6_K;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_256;
  }

  @Override
  public int unitColumns() {
    return UNIT;
  }

  @Override
  public int unitLines() {
    return LINES;
  }

  @Override
  public void pack(MemorySegment rows, long source, MemorySegment group, long target) {
    for (int run = 0; run < RUNS; run++) {
      packRun(rows, source, run, group, target + 3L * run * LINE);
    }
    long scales = target + 3L * RUNS * LINE;
    for (int i = 0; i < 4; i++) {
      group.set(INT, scales + (long) i * LINE, rows.get(INT, source + SCALES + 4L * i));
    }
    group.set(INT, scales + 4 * LINE, rows.get(SHORT, source + D));
  }

  /** 16 weights: pairs 2 i and 2 i + 1 in line i, the last two in the top bits. */
  private static void packRun(
      MemorySegment rows, long source, int run, MemorySegment group, long target) {
    int last = twoPairs(rows, source, 16 * run + 12);
    for (int i = 0; i < 3; i++) {
      int line = twoPairs(rows, source, 16 * run + 4 * i);
      group.set(INT, target + (long) i * LINE, line | (last >>> (8 - 4 * i) & TOP) << 12);
    }
  }

  /** Four weights from column {@code j} on. */
  private static int twoPairs(MemorySegment rows, long source, int j) {
    int half = j / 128;
    int low = rows.get(INT, source + 64L * half + j % 64) >>> j / 64 % 2 * 4;
    int high = rows.get(INT, source + QH + 32L * half + j % 32) >>> j / 32 % 4 * 2;
    int bytes = low & 0x0F0F0F0F | (high & 0x03030303) << 4;
    return PairBits.first(bytes) | PairBits.second(bytes) << 6;
  }

  @Override
  public void products(MemorySegment data, long offset, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    int[] centres = x.centres32;
    for (int lane = 0; lane < ROWS; lane += I.length(), offset += 4L * I.length()) {
      int run = unit * RUNS;
      int unitEnd = run + RUNS;
      int at = lane;
      int i = run * 8;
      int left = 3;
      int scales = SCALE_LINES;
      ShortVector sum = pair(centres, run);
      IntVector last = IntVector.zero(I);
      for (int n = 0; n < count * LINES; n++) {
        IntVector w = line(data, offset + (long) n * LINE);
        if (run == unitEnd) {
          w.intoArray(out, at);
          at += ROWS;
          if (--scales == 0) {
            scales = SCALE_LINES;
            unitEnd += RUNS;
          }
          continue;
        }
        last = last.lanewise(LSHL, 4).or(w.lanewise(LSHR, 12).and(TOP));
        sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
        IntVector second = w.lanewise(LSHR, 6).and(WEIGHTS);
        sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
        i += 2;
        if (--left == 0) {
          sum = sum.add(last.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
          IntVector eighth = last.lanewise(LSHR, 6).and(WEIGHTS);
          sum = sum.add(eighth.reinterpretAsShorts().mul(pair(pairs, i + 1)));
          addPairs(sum).intoArray(out, at);
          at += ROWS;
          i += 2;
          run++;
          left = 3;
          sum = pair(centres, run);
          last = IntVector.zero(I);
        }
      }
    }
  }

  /** The centre that the sums began with is the format's own offset. */
  @Override
  public void addTotals(int[] lines, Rounded x, int unit, int count, float[] totals) {
    for (int i = 0; i < count; i++) {
      addTotals(lines, i * (RUNS + SCALE_LINES) * ROWS, x, unit + i, totals);
    }
  }

  private static void addTotals(int[] lines, int at, Rounded x, int unit, float[] totals) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      int scaleLines = at + RUNS * ROWS + lane;
      IntVector products = IntVector.zero(I);
      for (int run = 0; run < RUNS; run++) {
        IntVector scales = IntVector.fromArray(I, lines, scaleLines + run / 4 * ROWS);
        IntVector scale = scales.lanewise(LSHL, 24 - run % 4 * 8).lanewise(ASHR, 24);
        IntVector sum = IntVector.fromArray(I, lines, at + ROWS * run + lane);
        products = products.add(sum.mul(scale));
      }
      FloatVector d = lowHalves(IntVector.fromArray(I, lines, scaleLines + 4 * ROWS));
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      toFloats(products).fma(d.mul(x.scale(unit * 8)), total).intoArray(totals, lane);
    }
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.pair;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Q5_K: five lines for each 32 columns, then the four of {@link KTotals}. A half of an int holds
 * three weights of five bits, so that five lines take fifteen pairs, and in its top bit one bit of
 * the sixteenth, the highest in the first line.
 */
record InterleavedQ5_K() implements Interleaved {
  private static final int UNIT = 256;
  private static final int LINES = 44;
  private static final int QH = 16;
  private static final int QS = 48;
  private static final int WEIGHTS = 0x1F001F;
  private static final int BIT = 0x10001;

  /** Subtracted from weights, for their products to add up in 16 bits. */
  private static final int CENTRE = 16;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
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
    for (int run = 0; run < KTotals.RUNS; run++) {
      packRun(rows, source, run, group, target + 5L * run * LINE);
    }
    KTotals.pack(rows, source, group, target + 5L * KTotals.RUNS * LINE);
  }

  /** 32 weights: pairs 3 i to 3 i + 2 in line i, the last in the top bits. */
  private static void packRun(
      MemorySegment rows, long source, int run, MemorySegment group, long target) {
    int last = PairBits.second(weights(rows, source, run, 28));
    int bytes = 0;
    int pair = 0;
    for (int i = 0; i < 5; i++) {
      int line = (last >>> (4 - i) & BIT) << 15;
      for (int field = 0; field < 15; field += 5, pair++) {
        if (pair % 2 == 0) {
          bytes = weights(rows, source, run, 2 * pair);
          line |= PairBits.first(bytes) << field;
        } else {
          line |= PairBits.second(bytes) << field;
        }
      }
      group.set(INT, target + (long) i * LINE, line);
    }
  }

  /** Four weights of a run from its column {@code j} on, a byte each. */
  private static int weights(MemorySegment rows, long source, int run, int j) {
    int low = rows.get(INT, source + QS + 32L * (run / 2) + j) >>> 4 * (run % 2);
    int high = rows.get(INT, source + QH + j) >>> run;
    return low & 0x0F0F0F0F | (high & 0x01010101) << 4;
  }

  @Override
  public void products(MemorySegment data, long offset, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    int[] centres = x.centres16;
    for (int lane = 0; lane < ROWS; lane += I.length(), offset += 4L * I.length()) {
      int run = unit * KTotals.RUNS;
      int unitEnd = run + KTotals.RUNS;
      int at = lane;
      int i = run * 16;
      int left = 5;
      int scales = KTotals.LINES;
      ShortVector sum = pair(centres, run);
      IntVector last = IntVector.zero(I);
      for (int n = 0; n < count * LINES; n++) {
        IntVector w = line(data, offset + (long) n * LINE);
        if (run == unitEnd) {
          w.intoArray(out, at);
          at += ROWS;
          if (--scales == 0) {
            scales = KTotals.LINES;
            unitEnd += KTotals.RUNS;
          }
          continue;
        }
        last = last.add(last).or(w.lanewise(LSHR, 15).and(BIT));
        sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
        IntVector second = w.lanewise(LSHR, 5).and(WEIGHTS);
        sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
        IntVector third = w.lanewise(LSHR, 10).and(WEIGHTS);
        sum = sum.add(third.reinterpretAsShorts().mul(pair(pairs, i + 2)));
        i += 3;
        if (--left == 0) {
          sum = sum.add(last.reinterpretAsShorts().mul(pair(pairs, i)));
          addPairs(sum).intoArray(out, at);
          at += ROWS;
          i++;
          run++;
          left = 5;
          sum = pair(centres, run);
          last = IntVector.zero(I);
        }
      }
    }
  }

  @Override
  public void addTotals(int[] lines, Rounded x, int unit, int count, float[] totals) {
    KTotals.add(lines, x, unit, count, CENTRE, totals);
  }
}

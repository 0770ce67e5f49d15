package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.pair;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Q4_K: four lines for each 32 columns, then the four of {@link KTotals}. A half of an int holds
 * four weights.
 */
record InterleavedQ4_K() implements Interleaved {
  private static final int UNIT = 256;
  private static final int LINES = 36;
  private static final int QS = 16;
  private static final int WEIGHTS = 0xF000F;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_K;
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
      long qs = source + QS + 32L * (run / 2);
      for (int i = 0; i < 4; i++) {
        long bytes = rows.get(LONG, qs + 8L * i) >>> 4 * (run % 2);
        group.set(INT, target + (4L * run + i) * LINE, PairBits.fourOfNibbles(bytes));
      }
    }
    KTotals.pack(rows, source, group, target + 4L * KTotals.RUNS * LINE);
  }

  @Override
  public void products(MemorySegment data, long offset, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    for (int lane = 0; lane < ROWS; lane += I.length(), offset += 4L * I.length()) {
      int at = lane;
      int i = unit * UNIT / 2;
      int left = 4;
      int runs = KTotals.RUNS;
      int scales = KTotals.LINES;
      ShortVector sum = ShortVector.zero(S);
      for (int n = 0; n < count * LINES; n++) {
        IntVector w = line(data, offset + (long) n * LINE);
        if (runs == 0) {
          w.intoArray(out, at);
          at += ROWS;
          if (--scales == 0) {
            scales = KTotals.LINES;
            runs = KTotals.RUNS;
          }
          continue;
        }
        sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
        IntVector second = w.lanewise(LSHR, 4).and(WEIGHTS);
        sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
        IntVector third = w.lanewise(LSHR, 8).and(WEIGHTS);
        sum = sum.add(third.reinterpretAsShorts().mul(pair(pairs, i + 2)));
        IntVector fourth = w.lanewise(LSHR, 12).and(WEIGHTS);
        sum = sum.add(fourth.reinterpretAsShorts().mul(pair(pairs, i + 3)));
        i += 4;
        if (--left == 0) {
          addPairs(sum).intoArray(out, at);
          at += ROWS;
          runs--;
          left = 4;
          sum = ShortVector.zero(S);
        }
      }
    }
  }

  @Override
  public void addTotals(int[] lines, Rounded x, int unit, int count, float[] totals) {
    KTotals.add(lines, x, unit, count, 0, totals);
  }
}

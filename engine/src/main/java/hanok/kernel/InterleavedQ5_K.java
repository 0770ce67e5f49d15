package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.PairBits.first;
import static hanok.kernel.PairBits.second;
import static hanok.kernel.PairBits.store;
import static hanok.kernel.PairBits.word;
import static jdk.incubator.vector.VectorOperators.LSHL;
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

  /** Where the words of the fifth bits, and of the nibbles, begin. */
  private static final int QH = 4;

  private static final int QS = 12;
  private static final int WEIGHTS = 0x1F001F;
  private static final int BIT = 0x10001;

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
  public int levelOffset() {
    return 0;
  }

  @Override
  public boolean hasMinimums() {
    return true;
  }

  @Override
  public int[] backs(Rounded x) {
    return x.backs16;
  }

  @Override
  public int[] centres(Eights x) {
    return x.centres16;
  }

  @Override
  public void read(MemorySegment rows, long source, int[] words, int lane) {
    for (int i = 0; i < LINES; i++) {
      words[ROWS * i + lane] = rows.get(INT, source + 4L * i);
    }
  }

  @Override
  public void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int run = 0; run < KTotals.RUNS; run++) {
        packRun(words, run, group, target + 5L * run * LINE, lane);
      }
    }
    KTotals.pack(words, group, target + 5L * KTotals.RUNS * LINE);
  }

  /** 32 weights: pairs 3 i to 3 i + 2 in line i, the last in the top bits. */
  private static void packRun(int[] words, int run, MemorySegment group, long target, int lane) {
    IntVector last = second(weights(words, run, 7, lane));
    for (int i = 0; i < 5; i++) {
      IntVector line = last.lanewise(LSHR, 4 - i).and(BIT).lanewise(LSHL, 15);
      for (int field = 0; field < 3; field++) {
        int pair = 3 * i + field;
        IntVector bytes = weights(words, run, pair / 2, lane).lanewise(LSHR, pair % 2 * 16);
        line = line.or(first(bytes).lanewise(LSHL, 5 * field));
      }
      store(line, group, target, i, lane);
    }
  }

  /** The i-th four weights of a run, a byte each. */
  private static IntVector weights(int[] words, int run, int i, int lane) {
    IntVector low = word(words, QS + run / 2 * 8 + i, lane).lanewise(LSHR, run % 2 * 4);
    IntVector high = word(words, QH + i, lane).lanewise(LSHR, run);
    return low.and(0x0F0F0F0F).or(high.and(0x01010101).lanewise(LSHL, 4));
  }

  @Override
  public void products(long address, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    int[] centres = x.centres16;
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int run = unit * KTotals.RUNS;
      int i = run * 16;
      int at = lane;
      for (int end = run + count * KTotals.RUNS; run < end; ) {
        for (int r = 0; r < KTotals.RUNS; r++, at += ROWS) {
          ShortVector sum = pair(centres, run++);
          IntVector last = IntVector.zero(I);
          for (int n = 0; n < 5; n++, from += LINE, i += 3) {
            IntVector w = line(from);
            last = last.add(last).or(w.lanewise(LSHR, 15).and(BIT));
            sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
            IntVector second = w.lanewise(LSHR, 5).and(WEIGHTS);
            sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
            IntVector third = w.lanewise(LSHR, 10).and(WEIGHTS);
            sum = sum.add(third.reinterpretAsShorts().mul(pair(pairs, i + 2)));
          }
          sum = sum.add(last.reinterpretAsShorts().mul(pair(pairs, i++)));
          addPairs(sum).intoArray(out, at);
        }
        for (int n = 0; n < KTotals.LINES; n++, from += LINE, at += ROWS) {
          line(from).intoArray(out, at);
        }
      }
    }
  }

  @Override
  public void addTotals(Scratch scratch, Rounded x, int unit, int count) {
    KTotals.add(scratch, x, backs(x), unit, count);
  }

  @Override
  public void unpack(long address, Slice slice) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int run = 0; run < KTotals.RUNS; run++) {
        long from = address + 5L * run * LINE + 4L * lane;
        unpackRun(from, slice.levels(), 16 * run * ROWS + lane);
      }
    }
    KTotals.unpack(address + 5L * KTotals.RUNS * LINE, slice);
  }

  private static void unpackRun(long from, int[] levels, int at) {
    IntVector last = IntVector.zero(I);
    for (int i = 0; i < 5; i++, at += 3 * ROWS, from += LINE) {
      IntVector w = line(from);
      last = last.add(last).or(w.lanewise(LSHR, 15).and(BIT));
      w.and(WEIGHTS).intoArray(levels, at);
      w.lanewise(LSHR, 5).and(WEIGHTS).intoArray(levels, at + ROWS);
      w.lanewise(LSHR, 10).and(WEIGHTS).intoArray(levels, at + 2 * ROWS);
    }
    last.intoArray(levels, at);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.PairBits.store;
import static hanok.kernel.PairBits.twoOfNibbles;
import static hanok.kernel.PairBits.word;
import static jdk.incubator.vector.VectorOperators.LSHL;
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

  /** Where the words of the nibbles begin. */
  private static final int QS = 4;

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
  public int levelOffset() {
    return 0;
  }

  @Override
  public boolean hasMinimums() {
    return true;
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
      for (int i = 0; i < 4 * KTotals.RUNS; i++) { // line i % 4 of run i / 4
        int qs = QS + i / 8 * 8 + i % 4 * 2;
        int shift = i / 4 % 2 * 4;
        IntVector low = word(words, qs, lane).lanewise(LSHR, shift).and(0x0F0F0F0F);
        IntVector high = word(words, qs + 1, lane).lanewise(LSHR, shift).and(0x0F0F0F0F);
        IntVector line = twoOfNibbles(low).or(twoOfNibbles(high).lanewise(LSHL, 8));
        store(line, group, target, i, lane);
      }
    }
    KTotals.pack(words, group, target + 4L * KTotals.RUNS * LINE);
  }

  @Override
  public void products(long address, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int i = unit * UNIT / 2;
      int at = lane;
      for (int end = i + count * UNIT / 2; i < end; ) {
        for (int run = 0; run < KTotals.RUNS; run++, at += ROWS) {
          ShortVector sum = ShortVector.zero(S);
          for (int n = 0; n < 4; n++, from += LINE, i += 4) {
            IntVector w = line(from);
            sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
            IntVector second = w.lanewise(LSHR, 4).and(WEIGHTS);
            sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
            IntVector third = w.lanewise(LSHR, 8).and(WEIGHTS);
            sum = sum.add(third.reinterpretAsShorts().mul(pair(pairs, i + 2)));
            IntVector fourth = w.lanewise(LSHR, 12).and(WEIGHTS);
            sum = sum.add(fourth.reinterpretAsShorts().mul(pair(pairs, i + 3)));
          }
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
    int[] levels = slice.levels();
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int at = lane;
      for (int i = 0; i < 32; i++, at += 4 * ROWS, from += LINE) {
        IntVector w = line(from);
        w.and(WEIGHTS).intoArray(levels, at);
        w.lanewise(LSHR, 4).and(WEIGHTS).intoArray(levels, at + ROWS);
        w.lanewise(LSHR, 8).and(WEIGHTS).intoArray(levels, at + 2 * ROWS);
        w.lanewise(LSHR, 12).and(WEIGHTS).intoArray(levels, at + 3 * ROWS);
      }
    }
    KTotals.unpack(address + 4L * KTotals.RUNS * LINE, slice);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.SHORT;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.line;
import static hanok.kernel.Lanes.lowHalves;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.Lanes.toFloats;
import static hanok.kernel.PairBits.store;
import static hanok.kernel.PairBits.twoOfNibbles;
import static hanok.kernel.PairBits.word;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Q4_0: four lines for each 32 columns, two such blocks, then one line with both scales. A half of
 * an int holds four weights.
 */
record InterleavedQ4_0() implements Interleaved {
  private static final int UNIT = 64;
  private static final int LINES = 9;
  private static final int BLOCK_BYTES = 18;
  private static final int WEIGHTS = 0xF000F;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_0;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_32;
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
    return 8;
  }

  @Override
  public void read(MemorySegment rows, long source, int[] words, int lane) {
    long second = source + BLOCK_BYTES;
    for (int i = 0; i < 4; i++) {
      words[ROWS * i + lane] = rows.get(INT, source + 2 + 4L * i);
      words[ROWS * (4 + i) + lane] = rows.get(INT, second + 2 + 4L * i);
    }
    int scales = rows.get(SHORT, source) & 0xFFFF | rows.get(SHORT, second) << 16;
    words[ROWS * (LINES - 1) + lane] = scales;
  }

  @Override
  public void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int i = 0; i < 8; i++) { // low nibbles are the first 16 columns, high ones the others
        int qs = i / 4 * 4 + i % 2 * 2;
        int shift = i / 2 % 2 * 4;
        IntVector low = word(words, qs, lane).lanewise(LSHR, shift).and(0x0F0F0F0F);
        IntVector high = word(words, qs + 1, lane).lanewise(LSHR, shift).and(0x0F0F0F0F);
        IntVector line = twoOfNibbles(low).or(twoOfNibbles(high).lanewise(LSHL, 8));
        store(line, group, target, i, lane);
      }
      store(word(words, LINES - 1, lane), group, target, LINES - 1, lane);
    }
  }

  @Override
  public void products(long address, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int i = unit * UNIT / 2;
      int at = lane;
      for (int end = i + count * UNIT / 2; i < end; ) {
        for (int run = 0; run < 2; run++, at += ROWS) {
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
        line(from).intoArray(out, at);
        from += LINE;
        at += ROWS;
      }
    }
  }

  @Override
  public void addTotals(Scratch scratch, Rounded x, int unit, int count) {
    int[] lines = scratch.lines();
    float[] totals = scratch.totals();
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      for (int block = 0; block < 2 * count; block++) {
        int at = (block + block / 2) * ROWS + lane; // a line of scales follows two of sums
        int run = 2 * unit + block;
        int levels = x.levelSum(run);
        IntVector sum = IntVector.fromArray(I, lines, at).sub(8 * levels);
        IntVector halves = IntVector.fromArray(I, lines, block / 2 * 3 * ROWS + 2 * ROWS + lane);
        FloatVector d = lowHalves(halves.lanewise(LSHR, 16 * (block % 2))).mul(x.scale(run));
        total = toFloats(sum).fma(d, total);
      }
      total.intoArray(totals, lane);
    }
  }

  @Override
  public void unpack(long address, Slice slice) {
    Arrays.fill(slice.d(), 1);
    Arrays.fill(slice.dmin(), 0);
    int[] levels = slice.levels();
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int at = lane;
      for (int i = 0; i < 32; i++, at += 4 * ROWS, from += LINE) {
        if (i > 0 && i % 8 == 0) {
          from += LINE; // the scales
        }
        IntVector w = line(from);
        w.and(WEIGHTS).intoArray(levels, at);
        w.lanewise(LSHR, 4).and(WEIGHTS).intoArray(levels, at + ROWS);
        w.lanewise(LSHR, 8).and(WEIGHTS).intoArray(levels, at + 2 * ROWS);
        w.lanewise(LSHR, 12).and(WEIGHTS).intoArray(levels, at + 3 * ROWS);
      }
    }
    for (int block = 0; block < 8; block++) {
      long scales = address + (block / 2 * LINES + LINES - 1L) * LINE;
      for (int lane = 0; lane < ROWS; lane += I.length()) {
        IntVector halves = line(scales + 4L * lane).lanewise(LSHR, 16 * (block % 2));
        lowHalves(halves).intoArray(slice.scales(), block * ROWS + lane);
      }
    }
  }
}

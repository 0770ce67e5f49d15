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
import static hanok.kernel.PairBits.first;
import static hanok.kernel.PairBits.second;
import static hanok.kernel.PairBits.store;
import static hanok.kernel.PairBits.word;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

  /** Where the words of the upper bits begin. */
  private static final int QH = 32;

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
  public int runColumns() {
    return UNIT / RUNS;
  }

  @Override
  public int levelOffset() {
    return 32;
  }

  /** That is the format's own offset: nothing is added in return. */
  @Override
  public int[] centres(Eights x) {
    return x.centres32;
  }

  @Override
  public void read(MemorySegment rows, long source, int[] words, int lane) {
    for (int i = 0; i < LINES - 1; i++) {
      words[ROWS * i + lane] = rows.get(INT, source + 4L * i);
    }
    words[ROWS * (LINES - 1) + lane] = rows.get(SHORT, source + 4L * (LINES - 1));
  }

  @Override
  public void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int run = 0; run < RUNS; run++) {
        packRun(words, run, group, target + 3L * run * LINE, lane);
      }
      for (int i = LINES - SCALE_LINES; i < LINES; i++) { // the last words are the last lines
        store(word(words, i, lane), group, target, i, lane);
      }
    }
  }

  /** 16 weights: pairs 2 i and 2 i + 1 in line i, the last two in the top bits. */
  private static void packRun(int[] words, int run, MemorySegment group, long target, int lane) {
    IntVector last = twoPairs(words, 4 * run + 3, lane);
    for (int i = 0; i < 3; i++) {
      IntVector top = last.lanewise(LSHR, 8 - 4 * i).and(TOP).lanewise(LSHL, 12);
      store(twoPairs(words, 4 * run + i, lane).or(top), group, target, i, lane);
    }
  }

  /** The i-th four weights. */
  private static IntVector twoPairs(int[] words, int i, int lane) {
    IntVector low = word(words, i / 32 * 16 + i % 16, lane).lanewise(LSHR, i / 16 % 2 * 4);
    IntVector high = word(words, QH + i / 32 * 8 + i % 8, lane).lanewise(LSHR, i / 8 % 4 * 2);
    IntVector bytes = low.and(0x0F0F0F0F).or(high.and(0x03030303).lanewise(LSHL, 4));
    return first(bytes).or(second(bytes).lanewise(LSHL, 6));
  }

  @Override
  public void products(long address, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    int[] centres = x.centres32;
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      long from = address + 4L * lane;
      int run = unit * RUNS;
      int i = run * 8;
      int at = lane;
      for (int end = run + count * RUNS; run < end; ) {
        for (int r = 0; r < RUNS; r++, at += ROWS) {
          ShortVector sum = pair(centres, run++);
          IntVector last = IntVector.zero(I);
          for (int n = 0; n < 3; n++, from += LINE, i += 2) {
            IntVector w = line(from);
            last = last.lanewise(LSHL, 4).or(w.lanewise(LSHR, 12).and(TOP));
            sum = sum.add(w.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
            IntVector second = w.lanewise(LSHR, 6).and(WEIGHTS);
            sum = sum.add(second.reinterpretAsShorts().mul(pair(pairs, i + 1)));
          }
          sum = sum.add(last.and(WEIGHTS).reinterpretAsShorts().mul(pair(pairs, i)));
          IntVector eighth = last.lanewise(LSHR, 6).and(WEIGHTS);
          sum = sum.add(eighth.reinterpretAsShorts().mul(pair(pairs, i + 1)));
          i += 2;
          addPairs(sum).intoArray(out, at);
        }
        for (int n = 0; n < SCALE_LINES; n++, from += LINE, at += ROWS) {
          line(from).intoArray(out, at);
        }
      }
    }
  }

  @Override
  public void addTotals(Scratch scratch, Rounded x, int unit, int count) {
    int[] lines = scratch.lines();
    float[] totals = scratch.totals();
    for (int i = 0; i < count; i++) {
      addTotals(lines, i * (RUNS + SCALE_LINES) * ROWS, x, unit + i, totals);
    }
  }

  private static void addTotals(int[] lines, int at, Rounded x, int unit, float[] totals) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      int scaleLines = at + RUNS * ROWS + lane;
      FloatVector products = FloatVector.zero(F);
      for (int run = 0; run < RUNS; run++) {
        IntVector scales = IntVector.fromArray(I, lines, scaleLines + run / 4 * ROWS);
        IntVector scale = scales.lanewise(LSHL, 24 - run % 4 * 8).lanewise(ASHR, 24);
        IntVector sum = IntVector.fromArray(I, lines, at + ROWS * run + lane);
        products = toFloats(sum).fma(toFloats(scale), products);
      }
      FloatVector d = lowHalves(IntVector.fromArray(I, lines, scaleLines + 4 * ROWS));
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      products.fma(d.mul(x.scale(unit * 8)), total).intoArray(totals, lane);
    }
  }

  @Override
  public void unpack(long address, Slice slice) {
    Arrays.fill(slice.dmin(), 0);
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int run = 0; run < RUNS; run++) {
        unpackRun(address + 3L * run * LINE + 4L * lane, slice.levels(), run * 8, lane);
      }
    }
    unpackScales(address + 3L * RUNS * LINE, slice);
  }

  private static void unpackRun(long from, int[] levels, int pair, int lane) {
    IntVector w0 = line(from);
    IntVector w1 = line(from + LINE);
    IntVector w2 = line(from + 2 * LINE);
    int at = pair * ROWS + lane;
    w0.and(WEIGHTS).intoArray(levels, at);
    w0.lanewise(LSHR, 6).and(WEIGHTS).intoArray(levels, at + ROWS);
    w1.and(WEIGHTS).intoArray(levels, at + 2 * ROWS);
    w1.lanewise(LSHR, 6).and(WEIGHTS).intoArray(levels, at + 3 * ROWS);
    w2.and(WEIGHTS).intoArray(levels, at + 4 * ROWS);
    w2.lanewise(LSHR, 6).and(WEIGHTS).intoArray(levels, at + 5 * ROWS);
    IntVector last = w2.lanewise(LSHR, 12).and(TOP).or(w1.lanewise(LSHR, 8).and(TOP << 4));
    last = last.or(w0.lanewise(LSHR, 4).and(TOP << 8));
    last.and(WEIGHTS).intoArray(levels, at + 6 * ROWS);
    last.lanewise(LSHR, 6).and(WEIGHTS).intoArray(levels, at + 7 * ROWS);
  }

  private static void unpackScales(long address, Slice slice) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      lowHalves(line(address + 4L * LINE + 4L * lane)).intoArray(slice.d(), lane);
      for (int run = 0; run < RUNS; run++) {
        IntVector scales = line(address + run / 4 * (long) LINE + 4L * lane);
        IntVector scale = scales.lanewise(LSHL, 24 - run % 4 * 8).lanewise(ASHR, 24);
        toFloats(scale).intoArray(slice.scales(), run * ROWS + lane);
      }
    }
  }
}

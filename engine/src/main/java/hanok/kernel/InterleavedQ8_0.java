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
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Q8_0: eight lines for each 32 columns, two such blocks, then one line with both scales. A half of
 * an int holds two weights, 128 too large. Only two products of this size add up in 16 bits.
 */
record InterleavedQ8_0() implements Interleaved {
  private static final int UNIT = 64;
  private static final int LINES = 17;
  private static final int BLOCK_BYTES = 34;
  private static final int WEIGHTS = 0xFF00FF;
  private static final short OFFSET = 128;

  @Override
  public GgmlType type() {
    return GgmlType.Q8_0;
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
    return OFFSET;
  }

  @Override
  public boolean multipliesPairs() {
    return false;
  }

  @Override
  public void read(MemorySegment rows, long source, int[] words, int lane) {
    long second = source + BLOCK_BYTES;
    for (int i = 0; i < 8; i++) {
      words[ROWS * i + lane] = rows.get(INT, source + 2 + 4L * i);
      words[ROWS * (8 + i) + lane] = rows.get(INT, second + 2 + 4L * i);
    }
    int scales = rows.get(SHORT, source) & 0xFFFF | rows.get(SHORT, second) << 16;
    words[ROWS * (LINES - 1) + lane] = scales;
  }

  @Override
  public void pack(int[] words, MemorySegment group, long target) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int i = 0; i < LINES - 1; i++) {
        IntVector bytes = word(words, i, lane).lanewise(XOR, 0x80808080);
        IntVector line = first(bytes).or(second(bytes).lanewise(LSHL, 8));
        store(line, group, target, i, lane);
      }
      store(word(words, LINES - 1, lane), group, target, LINES - 1, lane);
    }
  }

  @Override
  public void products(long address, Rounded x, int unit, int count, int[] out) {
    int[] pairs = x.pairs;
    for (int lane = 0; lane < ROWS; lane += I.length(), address += 4L * I.length()) {
      int at = lane;
      int i = unit * UNIT / 2;
      int left = 8;
      int runs = 2;
      IntVector sum = IntVector.zero(I);
      for (int n = 0; n < count * LINES; n++) {
        IntVector w = line(address + (long) n * LINE);
        if (runs == 0) {
          w.intoArray(out, at);
          at += ROWS;
          runs = 2;
          continue;
        }
        ShortVector first = w.and(WEIGHTS).reinterpretAsShorts().sub(OFFSET);
        ShortVector second = w.lanewise(LSHR, 8).and(WEIGHTS).reinterpretAsShorts().sub(OFFSET);
        first = first.mul(pair(pairs, i));
        sum = sum.add(addPairs(first.add(second.mul(pair(pairs, i + 1)))));
        i += 2;
        if (--left == 0) {
          sum.intoArray(out, at);
          at += ROWS;
          runs--;
          left = 8;
          sum = IntVector.zero(I);
        }
      }
    }
  }

  @Override
  public void addTotals(int[] lines, Rounded x, int unit, int count, float[] totals) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      FloatVector total = FloatVector.fromArray(F, totals, lane);
      for (int block = 0; block < 2 * count; block++) {
        int at = (block + block / 2) * ROWS + lane; // a line of scales follows two of sums
        int run = 2 * unit + block;
        IntVector sum = IntVector.fromArray(I, lines, at);
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
      for (int i = 0; i < 64; i++, at += 2 * ROWS, from += LINE) {
        if (i > 0 && i % 16 == 0) {
          from += LINE; // the scales
        }
        IntVector w = line(from);
        w.and(WEIGHTS).intoArray(levels, at);
        w.lanewise(LSHR, 8).and(WEIGHTS).intoArray(levels, at + ROWS);
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

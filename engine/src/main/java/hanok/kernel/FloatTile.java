package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.toFloats;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Up to 128 interleaved rows times many tokens, 256 columns at a time: the weights of 32 rows are
 * turned into floats, which stay in the first cache for all tokens, and a product and its sum are
 * one instruction. Activations are rounded by 256, whatever the format.
 *
 * <p>Of one thread; allocates what it needs once.
 */
final class FloatTile {
  /** Rows at most: activations stay in the second cache for all of them. */
  static final int ROWS = 128;

  private static final int GROUP = Interleaved.ROWS;

  /** Rows that are computed together: two groups. */
  private static final int WIDE = 2 * GROUP;

  private static final int EIGHT = Eights.TOKENS;
  private static final int COLUMNS = Slice.COLUMNS;
  private static final int STEP = 1;

  private final Slice slice = new Slice();
  private final float[] weights = new float[COLUMNS * WIDE]; // [256][32]
  private final float[] sums = new float[EIGHT * WIDE]; // [8][32]
  private float[] totals = {}; // [tokens][rows]

  /**
   * Computes {@code y[yOffset + token * yStride + row]} for all tokens and {@code rows} rows.
   *
   * @param address of the first group of rows
   * @param rows a whole number of groups, at most {@link #ROWS}
   * @param yOffset of the first row's output
   */
  void multiply(
      Interleaved form,
      long address,
      int rows,
      Activations x,
      float[] y,
      int yOffset,
      int yStride) {
    int tokens = x.tokens();
    if (totals.length < tokens * rows) {
      totals = new float[tokens * rows];
    }
    Arrays.fill(totals, 0, tokens * rows, 0);
    long groupBytes = form.groupBytes(x.columns());
    long sliceBytes = form.groupBytes(COLUMNS);
    for (int from = 0; from < x.columns(); from += COLUMNS, address += sliceBytes) {
      for (int row = 0; row < rows; row += WIDE) {
        int end = Math.min(row + WIDE, rows);
        for (int group = row; group < end; group += GROUP) {
          form.unpack(address + group / GROUP * groupBytes, slice);
          weigh(form, group - row);
        }
        for (int first = 0; first < tokens; first += EIGHT) {
          multiplyEight(x, first, from, rows, row, end);
        }
      }
    }
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(totals, token * rows, y, yOffset + token * yStride, rows);
    }
  }

  /** Turns the slice into the weights from {@code row} on. */
  private void weigh(Interleaved form, int row) {
    int pairs = form.runColumns() / 2;
    for (int run = 0; run < COLUMNS / form.runColumns(); run++) {
      for (int lane = 0; lane < GROUP; lane += F.length()) {
        weigh(slice, run, form.levelOffset(), lane, pairs * run, pairs, weights, row + lane);
      }
    }
  }

  /** What the levels of a run are worth. */
  private static void weigh(
      Slice slice, int run, int offset, int lane, int first, int pairs, float[] weights, int to) {
    FloatVector d = FloatVector.fromArray(F, slice.d(), lane);
    FloatVector dmin = FloatVector.fromArray(F, slice.dmin(), lane);
    FloatVector scale = FloatVector.fromArray(F, slice.scales(), GROUP * run + lane).mul(d);
    int minimum = Slice.minimum(run) + lane; // of a format without, any number times zero
    FloatVector min = FloatVector.fromArray(F, slice.scales(), minimum).mul(dmin);
    FloatVector shift = scale.mul(-offset).sub(min);
    for (int pair = first; pair < first + pairs; pair++) {
      IntVector both = IntVector.fromArray(I, slice.levels(), GROUP * pair + lane);
      int at = to + 2 * WIDE * pair;
      toFloats(both.and(0xFFFF)).fma(scale, shift).intoArray(weights, at);
      toFloats(both.lanewise(LSHR, 16)).fma(scale, shift).intoArray(weights, at + WIDE);
    }
  }

  private void multiplyEight(Activations x, int first, int from, int rows, int row, int end) {
    Eights eights = x.eights(Rounding.BY_256);
    int at = first * x.columns() + from * EIGHT;
    for (int lane = 0; lane < WIDE; lane += 2 * F.length()) {
      eightTokens(weights, lane, COLUMNS, eights.levels, at, sums, lane, STEP);
    }
    int count = Math.min(EIGHT, x.tokens() - first);
    for (int t = 0; t < count; t++) {
      float worth = x.by256().scale(((first + t) * x.columns() + from) / 32);
      add(sums, WIDE * t, end - row, worth, totals, (first + t) * rows + row);
    }
  }

  private static void add(float[] sums, int at, int rows, float worth, float[] totals, int to) {
    for (int row = 0; row < rows; row += F.length()) {
      FloatVector sum = FloatVector.fromArray(F, sums, at + row).mul(worth);
      FloatVector.fromArray(F, totals, to + row).add(sum).intoArray(totals, to + row);
    }
  }

  /**
   * @param step 1. C2 would unroll a loop with a step that it knows, and run out of registers.
   */
  private static void eightTokens(
      float[] w, int from, int columns, float[] x, int at, float[] out, int to, int step) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector b2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector b3 = FloatVector.zero(F);
    FloatVector a4 = FloatVector.zero(F);
    FloatVector b4 = FloatVector.zero(F);
    FloatVector a5 = FloatVector.zero(F);
    FloatVector b5 = FloatVector.zero(F);
    FloatVector a6 = FloatVector.zero(F);
    FloatVector b6 = FloatVector.zero(F);
    FloatVector a7 = FloatVector.zero(F);
    FloatVector b7 = FloatVector.zero(F);
    for (int i = 0; i < columns; i += step) {
      FloatVector a = FloatVector.fromArray(F, w, from + WIDE * i);
      FloatVector b = FloatVector.fromArray(F, w, from + WIDE * i + F.length());
      int xi = at + EIGHT * i;
      FloatVector x0 = FloatVector.broadcast(F, x[xi]);
      a0 = x0.fma(a, a0);
      b0 = x0.fma(b, b0);
      FloatVector x1 = FloatVector.broadcast(F, x[xi + 1]);
      a1 = x1.fma(a, a1);
      b1 = x1.fma(b, b1);
      FloatVector x2 = FloatVector.broadcast(F, x[xi + 2]);
      a2 = x2.fma(a, a2);
      b2 = x2.fma(b, b2);
      FloatVector x3 = FloatVector.broadcast(F, x[xi + 3]);
      a3 = x3.fma(a, a3);
      b3 = x3.fma(b, b3);
      FloatVector x4 = FloatVector.broadcast(F, x[xi + 4]);
      a4 = x4.fma(a, a4);
      b4 = x4.fma(b, b4);
      FloatVector x5 = FloatVector.broadcast(F, x[xi + 5]);
      a5 = x5.fma(a, a5);
      b5 = x5.fma(b, b5);
      FloatVector x6 = FloatVector.broadcast(F, x[xi + 6]);
      a6 = x6.fma(a, a6);
      b6 = x6.fma(b, b6);
      FloatVector x7 = FloatVector.broadcast(F, x[xi + 7]);
      a7 = x7.fma(a, a7);
      b7 = x7.fma(b, b7);
    }
    a0.intoArray(out, to);
    b0.intoArray(out, to + F.length());
    a1.intoArray(out, to + WIDE);
    b1.intoArray(out, to + WIDE + F.length());
    a2.intoArray(out, to + 2 * WIDE);
    b2.intoArray(out, to + 2 * WIDE + F.length());
    a3.intoArray(out, to + 3 * WIDE);
    b3.intoArray(out, to + 3 * WIDE + F.length());
    a4.intoArray(out, to + 4 * WIDE);
    b4.intoArray(out, to + 4 * WIDE + F.length());
    a5.intoArray(out, to + 5 * WIDE);
    b5.intoArray(out, to + 5 * WIDE + F.length());
    a6.intoArray(out, to + 6 * WIDE);
    b6.intoArray(out, to + 6 * WIDE + F.length());
    a7.intoArray(out, to + 7 * WIDE);
    b7.intoArray(out, to + 7 * WIDE + F.length());
  }
}

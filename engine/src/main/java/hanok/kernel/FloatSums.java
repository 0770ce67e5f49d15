package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.toFloats;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sums of the products of many tokens, as floats: a product and its sum are one instruction.
 *
 * <p>Weights are either levels, whose sums over a run are whole numbers below 2^24, and so exact in
 * any order; or what levels are worth, whose sums over a slice are rounded as any sum of floats.
 */
final class FloatSums {
  private static final int ROWS = Interleaved.ROWS;
  private static final int EIGHT = Eights.TOKENS;

  /** Rows that are computed together: two groups. */
  private static final int WIDE = 2 * ROWS;

  private FloatSums() {}

  /**
   * The levels of sixteen rows, less their offset.
   *
   * @param weights {@code [256][32]}; those of the rows begin at {@code to}
   */
  static void widen(int[] levels, int offset, float[] weights, int to) {
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int pair = 0; pair < Slice.COLUMNS / 2; pair++) {
        IntVector both = IntVector.fromArray(I, levels, ROWS * pair + lane);
        int at = to + 2 * WIDE * pair + lane;
        toFloats(both.and(0xFFFF).sub(offset)).intoArray(weights, at);
        toFloats(both.lanewise(LSHR, 16).sub(offset)).intoArray(weights, at + WIDE);
      }
    }
  }

  /**
   * What the levels of sixteen rows are worth.
   *
   * @param columns of a run
   * @param weights as {@link #widen}
   */
  static void weigh(Slice slice, int columns, int offset, float[] weights, int to) {
    for (int lane = 0; lane < ROWS; lane += F.length()) {
      for (int run = 0; run < Slice.COLUMNS / columns; run++) {
        int first = run * columns / 2;
        weigh(slice, run, offset, lane, first, first + columns / 2, weights, to);
      }
    }
  }

  private static void weigh(
      Slice slice, int run, int offset, int lane, int first, int end, float[] weights, int to) {
    FloatVector d = FloatVector.fromArray(F, slice.d(), lane);
    FloatVector dmin = FloatVector.fromArray(F, slice.dmin(), lane);
    FloatVector scale = FloatVector.fromArray(F, slice.scales(), ROWS * run + lane).mul(d);
    FloatVector min = FloatVector.fromArray(F, slice.minimums(), ROWS * run + lane).mul(dmin);
    FloatVector shift = scale.mul(-offset).sub(min);
    for (int pair = first; pair < end; pair++) {
      IntVector both = IntVector.fromArray(I, slice.levels(), ROWS * pair + lane);
      int at = to + 2 * WIDE * pair + lane;
      toFloats(both.and(0xFFFF)).fma(scale, shift).intoArray(weights, at);
      toFloats(both.lanewise(LSHR, 16)).fma(scale, shift).intoArray(weights, at + WIDE);
    }
  }

  /**
   * The sums of all runs of a slice for 32 rows and up to eight tokens.
   *
   * @param columns of a run, or of the slice
   * @param weights {@code [256][32]}, from {@code from} on
   * @param at of the slice in the activations: {@code first token * columns + column * 8}
   * @param sums {@code [run][8][32]}
   */
  static void compute(int columns, float[] weights, int from, Eights x, int at, float[] sums) {
    for (int column = 0; column < Slice.COLUMNS; column += columns) {
      for (int lane = 0; lane < WIDE; lane += 2 * F.length()) {
        int to = column / columns * EIGHT * WIDE + lane;
        int w = from + WIDE * column + lane;
        eightTokens(weights, w, columns, x.levels, at + EIGHT * column, sums, to);
      }
    }
  }

  private static void eightTokens(
      float[] w, int from, int columns, float[] x, int at, float[] out, int to) {
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
    for (int i = 0; i < columns; i++) {
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

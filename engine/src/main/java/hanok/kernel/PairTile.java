package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.Lanes.toFloats;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Sixteen interleaved rows times several tokens: weights are unpacked once for eight of them. Each
 * token gets what {@link Interleaved#multiply} gives it alone, bit for bit: the sums of a run are
 * whole numbers, and what follows is done in the same order.
 *
 * <p>Of one thread; allocates what it needs once.
 */
final class PairTile {
  private static final int ROWS = Interleaved.ROWS;
  private static final int EIGHT = Eights.TOKENS;

  private final Slice slice = new Slice();

  /** Of the runs of a slice, {@code [run][8][16]}. */
  private final int[] sums = new int[Slice.RUNS_MAX * EIGHT * ROWS];

  /** {@code [tokens][16]}. */
  private float[] totals = {};

  /**
   * Computes {@code y[yOffset + token * yStride + row]} for all tokens and sixteen rows.
   *
   * @param address of the group of rows
   */
  void multiply(
      Interleaved form, long address, Activations x, float[] y, int yOffset, int yStride) {
    int tokens = x.tokens();
    if (totals.length < tokens * ROWS) {
      totals = new float[tokens * ROWS];
    }
    Arrays.fill(totals, 0, tokens * ROWS, 0);
    long sliceBytes = form.groupBytes(Slice.COLUMNS);
    for (int from = 0; from < x.columns(); from += Slice.COLUMNS, address += sliceBytes) {
      form.unpack(address, slice);
      for (int first = 0; first < tokens; first += EIGHT) {
        multiplyEight(form, x, first, from);
      }
    }
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(totals, token * ROWS, y, yOffset + token * yStride, ROWS);
    }
  }

  private void multiplyEight(Interleaved form, Activations x, int first, int from) {
    Eights eights = x.eights(form.rounding());
    Rounded rounded = x.rounded(form.rounding());
    int count = Math.min(EIGHT, x.tokens() - first);
    int at = first * x.columns() + from * EIGHT;
    int pairs = form.runColumns() / 2;
    int[] centres = form.centres(eights);
    for (int t = 0; t < count; t += 4) {
      for (int lane = 0; lane < ROWS; lane += I.length()) {
        int run = at / form.runColumns() + t;
        int to = ROWS * t + lane;
        fourTokens(slice.levels(), lane, pairs, eights.pairs, at / 2 + t, centres, run, sums, to);
      }
    }
    int run = (first * x.columns() + from) / 32;
    add(form, rounded, count, run, x.columns() / 32, ROWS * first);
  }

  /** The sums of all runs of a slice for four tokens. */
  private static void fourTokens(
      int[] levels,
      int from,
      int pairs,
      int[] x,
      int xAt,
      int[] centres,
      int run,
      int[] out,
      int to) {
    int end = from + Slice.COLUMNS / 2 * ROWS;
    while (from < end) {
      ShortVector s0 = pair(centres, run);
      ShortVector s1 = pair(centres, run + 1);
      ShortVector s2 = pair(centres, run + 2);
      ShortVector s3 = pair(centres, run + 3);
      for (int i = 0; i < pairs; i++) {
        ShortVector w = IntVector.fromArray(I, levels, from + ROWS * i).reinterpretAsShorts();
        s0 = s0.add(w.mul(pair(x, xAt + EIGHT * i)));
        s1 = s1.add(w.mul(pair(x, xAt + EIGHT * i + 1)));
        s2 = s2.add(w.mul(pair(x, xAt + EIGHT * i + 2)));
        s3 = s3.add(w.mul(pair(x, xAt + EIGHT * i + 3)));
      }
      addPairs(s0).intoArray(out, to);
      addPairs(s1).intoArray(out, to + ROWS);
      addPairs(s2).intoArray(out, to + 2 * ROWS);
      addPairs(s3).intoArray(out, to + 3 * ROWS);
      from += ROWS * pairs;
      xAt += EIGHT * pairs;
      run += EIGHT;
      to += ROWS * EIGHT;
    }
  }

  /**
   * Adds the sums, times the scales, to the totals.
   *
   * @param run of 32 columns, the first of the first token
   * @param stride to that of the next token
   */
  private void add(Interleaved form, Rounded x, int count, int run, int stride, int to) {
    if (form.rounding() == Rounding.BY_32) {
      addRuns(sums, slice.scales(), form.levelOffset(), x, count, run, stride, totals, to);
      return;
    }
    int[] backs = form.backs(x);
    for (int lane = 0; lane < ROWS; lane += F.length()) {
      int runs = Slice.COLUMNS / form.runColumns();
      addBlocks(sums, slice, runs, backs, x.scales, count, run, stride, totals, to, lane);
      if (form.hasMinimums()) {
        subtractMinimums(slice, x.runSums, x.scales, count, run, stride, totals, to, lane);
      }
    }
  }

  /** Each run has a scale of its own, and so have its activations. */
  private static void addRuns(
      int[] sums,
      float[] scales,
      int offset,
      Rounded x,
      int count,
      int run,
      int stride,
      float[] totals,
      int to) {
    for (int t = 0; t < count; t++, run += stride) {
      for (int lane = 0; lane < ROWS; lane += F.length()) {
        FloatVector total = FloatVector.fromArray(F, totals, to + ROWS * t + lane);
        for (int i = 0; i < Slice.COLUMNS / 32; i++) {
          int back = -offset * x.levelSum(run + i);
          int at = ROWS * (EIGHT * i + t) + lane;
          IntVector sum = IntVector.fromArray(I, sums, at).add(back);
          FloatVector d = FloatVector.fromArray(F, scales, ROWS * i + lane).mul(x.scale(run + i));
          total = toFloats(sum).fma(d, total);
        }
        total.intoArray(totals, to + ROWS * t + lane);
      }
    }
  }

  private static void addBlocks(
      int[] sums,
      Slice slice,
      int runs,
      int[] backs,
      float[] worths,
      int count,
      int run,
      int stride,
      float[] totals,
      int to,
      int lane) {
    float[] scales = slice.scales();
    FloatVector d = FloatVector.fromArray(F, slice.d(), lane);
    for (int t = 0; t < count; t++, run += stride) {
      FloatVector products = FloatVector.zero(F);
      for (int i = 0; i < runs; i++) {
        IntVector sum = IntVector.fromArray(I, sums, ROWS * (EIGHT * i + t) + lane);
        FloatVector scale = FloatVector.fromArray(F, scales, ROWS * i + lane);
        products = toFloats(sum.add(backs[run + i])).fma(scale, products);
      }
      int at = to + ROWS * t + lane;
      FloatVector total = FloatVector.fromArray(F, totals, at);
      products.fma(d.mul(worths[run] * 0x1p16f), total).intoArray(totals, at);
    }
  }

  private static void subtractMinimums(
      Slice slice,
      float[] sums,
      float[] worths,
      int count,
      int run,
      int stride,
      float[] totals,
      int to,
      int lane) {
    float[] scales = slice.scales();
    FloatVector dmin = FloatVector.fromArray(F, slice.dmin(), lane);
    for (int t = 0; t < count; t++, run += stride) {
      FloatVector minimums = FloatVector.zero(F);
      for (int i = 0; i < Slice.COLUMNS / 32; i++) {
        FloatVector min = FloatVector.fromArray(F, scales, Slice.MINIMUMS + ROWS * i + lane);
        minimums = min.fma(FloatVector.broadcast(F, sums[run + i]), minimums);
      }
      int at = to + ROWS * t + lane;
      FloatVector total = FloatVector.fromArray(F, totals, at);
      total.sub(minimums.mul(dmin.mul(worths[run] * 0x1p16f))).intoArray(totals, at);
    }
  }
}

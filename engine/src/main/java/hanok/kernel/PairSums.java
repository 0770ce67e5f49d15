package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.addPairs;
import static hanok.kernel.Lanes.pair;
import static hanok.kernel.Lanes.toFloats;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Sums of the products of few tokens, as pairs in 16 bits: as {@link Interleaved#products} does. */
final class PairSums {
  private static final int ROWS = Interleaved.ROWS;
  private static final int EIGHT = Eights.TOKENS;

  private PairSums() {}

  /**
   * The sums of all runs of a slice for sixteen rows and up to eight tokens.
   *
   * @param at of the slice in the activations: {@code first token * columns + column * 8}
   * @param whole {@code [run][8][16]}, for the sums on their way
   * @param sums {@code [run][8][32]}; those of the rows begin at {@code to}
   */
  static void compute(
      Interleaved form,
      int[] levels,
      Eights x,
      int at,
      int tokens,
      int[] whole,
      float[] sums,
      int to) {
    int columns = form.runColumns();
    int runs = Slice.COLUMNS / columns;
    int run = at / columns;
    int[] centres = form.centres(x);
    for (int lane = 0; lane < ROWS; lane += I.length()) {
      for (int t = 0; t < tokens; t += 4) {
        int xAt = at / 2 + t;
        fourTokens(
            levels, lane, columns / 2, x.pairs, xAt, centres, run + t, whole, ROWS * t + lane);
      }
      finish(whole, lane, form.levelSums(x), run, form.centre(), runs * EIGHT, sums, to + lane);
    }
  }

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

  /** Adds what the centre has taken away. */
  private static void finish(
      int[] whole,
      int lane,
      int[] levelSums,
      int run,
      int centre,
      int count,
      float[] sums,
      int to) {
    for (int i = 0; i < count; i++) {
      IntVector sum = IntVector.fromArray(I, whole, ROWS * i + lane);
      toFloats(sum.add(centre * levelSums[run + i])).intoArray(sums, to + 2 * ROWS * i);
    }
  }
}

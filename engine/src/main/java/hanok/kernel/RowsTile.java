package hanok.kernel;

import static hanok.kernel.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Interleaved rows times several tokens, 256 columns at a time: weights are unpacked once for all
 * of them.
 *
 * <p>Exactly, a token gets what {@link Interleaved#multiply} gives it alone, bit for bit: the sums of
 * a run are whole numbers, which are exact in any order, and what follows is done in the same order.
 * Otherwise weights are turned into floats first, which is faster for many tokens. Of one thread;
 * allocates what it needs once.
 */
final class RowsTile {
  /** Rows at most. */
  static final int ROWS = 128;

  /** From so many tokens on, unpacking many rows first is faster than reading memory in order. */
  private static final int TOKENS_FOR_MANY_ROWS = 16;

  private static final int GROUP = Interleaved.ROWS;
  private static final int WIDE = 2 * GROUP;
  private static final int EIGHT = Eights.TOKENS;
  private static final int COLUMNS = Slice.COLUMNS;

  private final Slice[] slices = new Slice[ROWS / GROUP];

  /** Weights as floats, {@code [rows / 32][256][32]}. */
  private float[] weights = {};

  /** Of 32 rows and eight tokens, {@code [run][8][32]}. */
  private final float[] sums = new float[Slice.RUNS_MAX * EIGHT * WIDE];

  /** Of sixteen rows, {@code [run][8][16]}. */
  private final int[] whole = new int[Slice.RUNS_MAX * EIGHT * GROUP];

  /** Of all tokens and slices, {@code [tokens][rows]}. */
  private float[] totals = {};

  RowsTile() {
    Arrays.setAll(slices, i -> new Slice());
  }

  /** Rows of a tile. */
  static int rows(int tokens) {
    return tokens < TOKENS_FOR_MANY_ROWS ? WIDE : ROWS;
  }

  /**
   * Computes {@code y[yOffset + token * yStride + row]} for all tokens and {@code rows} rows.
   *
   * @param address of the first group of rows
   * @param rows a whole number of groups, at most {@link #rows}
   * @param exact whether each token must get what it gets alone
   * @param yOffset of the first row's output
   */
  void multiply(
      Interleaved form,
      long address,
      int rows,
      Activations x,
      boolean exact,
      float[] y,
      int yOffset,
      int yStride) {
    int tokens = x.tokens();
    reserve(tokens * rows);
    int columns = x.columns();
    long groupBytes = form.groupBytes(columns);
    long sliceBytes = groupBytes / (columns / COLUMNS);
    for (int from = 0; from < columns; from += COLUMNS) {
      for (int group = 0; group < rows / GROUP; group++) {
        long at = address + group * groupBytes + from / COLUMNS * sliceBytes;
        unpack(form, exact, at, group);
      }
      for (int first = 0; first < tokens; first += EIGHT) {
        multiplySlice(form, exact, rows, x, from, first);
      }
    }
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(totals, token * rows, y, yOffset + token * yStride, rows);
    }
  }

  private void reserve(int count) {
    if (totals.length < count) {
      totals = new float[count];
    }
    Arrays.fill(totals, 0, count, 0);
  }

  private void unpack(Interleaved form, boolean exact, long address, int group) {
    Slice slice = slices[group];
    form.unpack(address, slice);
    if (exact && form.multipliesPairs()) {
      return;
    }
    if (weights.length == 0) {
      weights = new float[ROWS * COLUMNS];
    }
    int to = group / 2 * WIDE * COLUMNS + group % 2 * GROUP;
    if (exact) {
      FloatSums.widen(slice.levels(), form.levelOffset(), weights, to);
    } else {
      FloatSums.weigh(slice, form.runColumns(), form.levelOffset(), weights, to);
    }
  }

  /** Eight tokens times a slice of all rows. */
  private void multiplySlice(
      Interleaved form, boolean exact, int rows, Activations x, int from, int first) {
    Eights eights = x.eights(exact ? form.rounding() : Rounding.BY_256);
    int count = Math.min(EIGHT, x.tokens() - first);
    int at = first * x.columns() + from * EIGHT;
    for (int row = 0; row < rows; row += WIDE) {
      int groups = Math.min(WIDE, rows - row) / GROUP;
      if (!exact) {
        FloatSums.compute(COLUMNS, weights, row * COLUMNS, eights, at, sums);
      } else if (!form.multipliesPairs()) {
        FloatSums.compute(form.runColumns(), weights, row * COLUMNS, eights, at, sums);
      } else {
        for (int g = 0; g < groups; g++) {
          int[] levels = slices[row / GROUP + g].levels();
          PairSums.compute(form, levels, eights, at, count, whole, sums, g * GROUP);
        }
      }
      for (int t = 0; t < count; t++) {
        int column = (first + t) * x.columns() + from;
        int to = (first + t) * rows + row;
        for (int g = 0; g < groups; g++) {
          Slice slice = slices[row / GROUP + g];
          addToTotals(form, exact, slice, t * WIDE + g * GROUP, x, column, to + g * GROUP);
        }
      }
    }
  }

  private void addToTotals(
      Interleaved form, boolean exact, Slice slice, int at, Activations x, int column, int to) {
    Rounded rounded = exact ? x.rounded(form.rounding()) : x.rounded(Rounding.BY_256);
    float worth = rounded.scale(column / 32);
    for (int lane = 0; lane < GROUP; lane += F.length()) {
      if (!exact) {
        addSlice(at + lane, worth, to + lane);
      } else if (form.rounding() == Rounding.BY_32) {
        addRuns(slice, at + lane, lane, rounded, column / 32, to + lane);
      } else {
        addBlock(slice, COLUMNS / form.runColumns(), at + lane, lane, worth, to + lane);
        if (form.hasMinimums()) {
          subtractMinimums(slice, lane, rounded, column / 32, to + lane);
        }
      }
    }
  }

  private void addSlice(int at, float worth, int to) {
    FloatVector sum = FloatVector.fromArray(F, sums, at).mul(worth);
    FloatVector.fromArray(F, totals, to).add(sum).intoArray(totals, to);
  }

  /** Each run has a scale of its own, and so have its activations. */
  private void addRuns(Slice slice, int at, int lane, Rounded x, int run, int to) {
    FloatVector total = FloatVector.fromArray(F, totals, to);
    for (int i = 0; i < COLUMNS / 32; i++) {
      FloatVector d =
          FloatVector.fromArray(F, slice.scales(), GROUP * i + lane).mul(x.scale(run + i));
      total = FloatVector.fromArray(F, sums, at + EIGHT * WIDE * i).fma(d, total);
    }
    total.intoArray(totals, to);
  }

  private void addBlock(Slice slice, int runs, int at, int lane, float worth, int to) {
    FloatVector products = FloatVector.zero(F);
    for (int run = 0; run < runs; run++) {
      FloatVector scale = FloatVector.fromArray(F, slice.scales(), GROUP * run + lane);
      products = FloatVector.fromArray(F, sums, at + EIGHT * WIDE * run).fma(scale, products);
    }
    FloatVector d = FloatVector.fromArray(F, slice.d(), lane).mul(worth);
    products.fma(d, FloatVector.fromArray(F, totals, to)).intoArray(totals, to);
  }

  private void subtractMinimums(Slice slice, int lane, Rounded x, int run, int to) {
    FloatVector minimums = FloatVector.zero(F);
    for (int i = 0; i < COLUMNS / 32; i++) {
      int part = 2 * (run + i);
      float levels = x.levelSums[part] + x.levelSums[part + 1];
      FloatVector min = FloatVector.fromArray(F, slice.minimums(), GROUP * i + lane);
      minimums = min.fma(FloatVector.broadcast(F, levels), minimums);
    }
    FloatVector dmin = FloatVector.fromArray(F, slice.dmin(), lane).mul(x.scale(run));
    FloatVector.fromArray(F, totals, to).sub(minimums.mul(dmin)).intoArray(totals, to);
  }
}

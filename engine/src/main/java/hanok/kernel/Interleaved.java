package hanok.kernel;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sixteen rows of a format side by side, so that the lanes of a vector are rows: no product needs a
 * sum across lanes, and scales are applied to sixteen rows at once.
 *
 * <p>A group of rows is a sequence of <em>lines</em> of 64 bytes, one int for each row. An int
 * holds fields of a pair of neighbouring columns, the first in its low half, the second in its high
 * half, so that 16-bit arithmetic works on 32 products at a time. Lines of weights come first,
 * their scales after them, all in the order in which {@link #multiply} reads them: a processor
 * fetches ahead what follows, and loses it at any jump (docs/log.md). The bits are those of the
 * file in another order, with 1 % of padding at most.
 */
sealed interface Interleaved
    permits InterleavedQ4_0, InterleavedQ8_0, InterleavedQ4_K, InterleavedQ5_K, InterleavedQ6_K {

  /** Rows of a group. */
  int ROWS = 16;

  /** Bytes of a line. */
  int LINE = 4 * ROWS;

  GgmlType type();

  /** How activations must be rounded. */
  Rounding rounding();

  /** Columns whose weights and scales follow each other: a row is a whole number of these. */
  int unitColumns();

  /** Lines of a unit. */
  int unitLines();

  /**
   * Reads one unit of one row as ints, in any order that suits {@link #pack}.
   *
   * @param source of the row's unit in {@code rows}, in bytes
   * @param words word {@code i} goes to {@code words[ROWS * i + lane]}
   */
  void read(MemorySegment rows, long source, int[] words, int lane);

  /**
   * Writes the lines of one unit.
   *
   * @param words as {@link #read} has left them, of all rows
   * @param target of the unit's first line in {@code group}
   */
  void pack(int[] words, MemorySegment group, long target);

  /**
   * The sums of the products of {@code count} units, each followed by its lines of scales, into
   * {@code out}. Lines are loaded in the order in which they lie in memory.
   *
   * @param unit of the activations, counted from the first token on
   */
  void products(long address, Rounded x, int unit, int count, int[] out);

  /**
   * Adds what {@link #products} left in the lines, times the scales, to the totals of the rows.
   */
  void addTotals(Scratch scratch, Rounded x, int unit, int count);

  /**
   * The dot products of the sixteen rows at {@code offset} with a token's activations, into {@code
   * y[at, at + 16)}. Two units at a time: fewer, and the loop's end costs too much; more, and the
   * memory waits for the scales.
   */
  default void multiply(
      long address, Activations x, int token, Scratch scratch, float[] y, int at) {
    Rounded rounded = x.rounded(rounding());
    int units = x.columns() / unitColumns();
    int first = token * units;
    Arrays.fill(scratch.totals, 0);
    for (int unit = 0; unit < units; unit += 2) {
      int count = Math.min(2, units - unit);
      products(address, rounded, first + unit, count, scratch.lines);
      addTotals(scratch, rounded, first + unit, count);
      address += (long) count * unitLines() * LINE;
    }
    System.arraycopy(scratch.totals, 0, y, at, ROWS);
  }

  /** Unpacks the 256 columns of sixteen rows at {@code address}. */
  void unpack(long address, Slice slice);

  /** Columns that share a scale, in a {@link Slice}. */
  default int runColumns() {
    return 32;
  }

  /** What a level of a {@link Slice} is too large by. */
  int levelOffset();

  /** Whether a {@link Slice} has minimums. */
  default boolean hasMinimums() {
    return false;
  }

  /** Whether the products of a run add up in 16 bits, so that several tokens share unpacking. */
  default boolean multipliesPairs() {
    return true;
  }

  /** What the sums of runs begin with: {@link Eights#centres16}, or the like. */
  default int[] centres(Eights x) {
    return x.zeros;
  }

  /** What is added to the sums of runs in return: {@link Rounded#backs16}, or the like. */
  default int[] backs(Rounded x) {
    return x.zeros;
  }

  /**
   * The sums of one group on their way, reused.
   *
   * @param lines as {@link #products} leaves them
   * @param fields {@code [16][16]}, see {@link KTotals}
   * @param totals {@code [16]}
   */
  record Scratch(int[] lines, float[] fields, float[] totals) {
    /** Sums and scales of two units, of the format that has most. */
    private static final int LINES_MAX = 2 * 21;

    Scratch() {
      this(new int[LINES_MAX * ROWS], new float[16 * ROWS], new float[ROWS]);
    }
  }

  /** The interleaved form of a format, if it has one and rows are a whole number of its units. */
  static Optional<Interleaved> of(GgmlType type, int columns) {
    Interleaved form =
        switch (type) {
          case Q4_0 -> new InterleavedQ4_0();
          case Q8_0 -> new InterleavedQ8_0();
          case Q4_K -> new InterleavedQ4_K();
          case Q5_K -> new InterleavedQ5_K();
          case Q6_K -> new InterleavedQ6_K();
          default -> null;
        };
    return form == null || columns % form.unitColumns() != 0 ? Optional.empty() : Optional.of(form);
  }

  /** Bytes of a group of rows. */
  default long groupBytes(int columns) {
    return (long) (columns / unitColumns()) * unitLines() * LINE;
  }
}

package hanok.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Objects;
import java.util.Optional;

/**
 * A weight matrix in groups of sixteen rows that lie side by side, as {@link Interleaved} says.
 * Rows that are left over stay as they are in the file.
 */
public final class InterleavedMatrix implements Matrix {
  private static final ThreadLocal<Interleaved.Scratch> SCRATCH =
      ThreadLocal.withInitial(Interleaved.Scratch::new);

  private static final ThreadLocal<PairTile> PAIR_TILE = ThreadLocal.withInitial(PairTile::new);

  private static final ThreadLocal<FloatTile> FLOAT_TILE = ThreadLocal.withInitial(FloatTile::new);

  private static final ThreadLocal<ByteTile> BYTE_TILE = ThreadLocal.withInitial(ByteTile::new);

  /** Turning the weights into bytes or floats pays from here on. */
  private static final int TOKENS_FOR_MANY = 16;

  private final Interleaved form;
  private final RowMatrix source;
  private final MemorySegment groups;
  private final int groupedRows;
  private final Arithmetic arithmetic;

  private InterleavedMatrix(
      Interleaved form, RowMatrix source, SegmentAllocator memory, Arithmetic arithmetic) {
    this.form = form;
    this.source = source;
    this.arithmetic = arithmetic;
    groupedRows = source.rows() / Interleaved.ROWS * Interleaved.ROWS;
    long bytes = groupedRows / Interleaved.ROWS * form.groupBytes(source.columns());
    groups = memory.allocate(bytes, Interleaved.LINE);
  }

  /**
   * Memory for the interleaved form of a matrix, to be filled by {@link #pack}; empty if its format
   * has none, its rows are no whole number of units, or are fewer than sixteen.
   *
   * @param arithmetic of products with many tokens
   */
  public static Optional<InterleavedMatrix> of(
      RowMatrix source, SegmentAllocator memory, Arithmetic arithmetic) {
    return source.rows() < Interleaved.ROWS
        ? Optional.empty()
        : Interleaved.of(source.format().type(), source.columns())
            .map(form -> new InterleavedMatrix(form, source, memory, arithmetic));
  }

  /** The same matrix as in the file. */
  public RowMatrix source() {
    return source;
  }

  /** Rows that {@link #pack} must be called for, a whole number of groups. */
  public int groupedRows() {
    return groupedRows;
  }

  /**
   * Fills the groups of some rows. Different rows may be packed by different threads.
   *
   * @param first the first row, a whole number of groups
   * @param rows the bytes of whole groups of rows, from the first one on
   */
  public void pack(int first, MemorySegment rows) {
    long rowBytes = source.rowBytes();
    long groupBytes = form.groupBytes(source.columns());
    int[] words = new int[form.unitLines() * Interleaved.ROWS];
    int count = (int) (rows.byteSize() / (rowBytes * Interleaved.ROWS));
    for (int group = 0; group < count; group++) {
      long from = group * rowBytes * Interleaved.ROWS;
      packGroup(rows, from, (first / Interleaved.ROWS + group) * groupBytes, words);
    }
  }

  private void packGroup(MemorySegment rows, long source, long target, int[] words) {
    int units = columns() / form.unitColumns();
    long rowBytes = this.source.rowBytes();
    long unitBytes = rowBytes / units;
    for (int unit = 0; unit < units; unit++) {
      for (int row = 0; row < Interleaved.ROWS; row++) {
        form.read(rows, source + row * rowBytes + unit * unitBytes, words, row);
      }
      form.pack(words, groups, target);
      target += (long) form.unitLines() * Interleaved.LINE;
    }
  }

  @Override
  public int rows() {
    return source.rows();
  }

  @Override
  public int columns() {
    return source.columns();
  }

  @Override
  public Rounding rounding() {
    return form.rounding();
  }

  @Override
  public Layout layout(int tokens) {
    boolean slices = tokens > 1 && columns() % Slice.COLUMNS == 0;
    if (!slices || tokens < TOKENS_FOR_MANY || arithmetic == Arithmetic.EXACT) {
      return slices && form.multipliesPairs() ? Layout.EIGHTS : Layout.TOKENS;
    }
    // The library is loaded when it is first needed: that takes a tenth of a second.
    boolean bytes = arithmetic == Arithmetic.BYTES && OneDnn.find().isPresent();
    return bytes ? Layout.BYTES : Layout.FLOATS;
  }

  @Override
  public int rowsTogether(int tokens) {
    return switch (layout(tokens)) {
      case TOKENS, EIGHTS -> Interleaved.ROWS;
      case FLOATS -> FloatTile.ROWS;
      case BYTES -> ByteTile.ROWS;
    };
  }

  @Override
  public void multiply(int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    int groupedEnd = Math.min(end, groupedRows);
    switch (layout(x.tokens())) {
      case TOKENS -> multiplyGroups(first, groupedEnd, x, y, yOffset, yStride);
      case EIGHTS -> multiplyEights(first, groupedEnd, x, y, yOffset, yStride);
      case FLOATS -> multiplyFloats(first, groupedEnd, x, y, yOffset, yStride);
      case BYTES -> multiplyBytes(first, groupedEnd, x, y, yOffset, yStride);
    }
    if (end > groupedRows) {
      source.multiply(Math.max(first, groupedRows), end, x, y, yOffset, yStride);
    }
  }

  private void multiplyGroups(
      int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    Interleaved.Scratch scratch = SCRATCH.get();
    for (int row = first; row < end; row += Interleaved.ROWS) {
      long address = address(row);
      for (int token = 0; token < x.tokens(); token++) {
        form.multiply(address, x, token, scratch, y, yOffset + token * yStride + row);
      }
    }
  }

  private void multiplyEights(
      int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    PairTile tile = PAIR_TILE.get();
    for (int row = first; row < end; row += Interleaved.ROWS) {
      tile.multiply(form, address(row), x, y, yOffset + row, yStride);
    }
  }

  private void multiplyFloats(
      int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    FloatTile tile = FLOAT_TILE.get();
    for (int row = first; row < end; row += FloatTile.ROWS) {
      int rows = Math.min(FloatTile.ROWS, end - row);
      tile.multiply(form, address(row), rows, x, y, yOffset + row, yStride);
    }
  }

  private void multiplyBytes(
      int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    OneDnn library = OneDnn.find().orElseThrow();
    ByteTile tile = BYTE_TILE.get();
    for (int row = first; row < end; row += ByteTile.ROWS) {
      int rows = Math.min(ByteTile.ROWS, end - row);
      tile.multiply(library, form, address(row), rows, x, y, yOffset + row, yStride);
    }
  }

  /** Of the group that begins with a row. */
  private long address(int row) {
    long bytes = form.groupBytes(columns());
    long offset = row / Interleaved.ROWS * bytes;
    return groups.address() + Objects.checkFromIndexSize(offset, bytes, groups.byteSize());
  }
}

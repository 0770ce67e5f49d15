package hanok.kernel;

import hanok.gguf.GgmlType;
import hanok.gguf.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A weight matrix as it lies in a file: row after row, in any format.
 *
 * @param data the rows, {@code rows * rowBytes} bytes
 * @param rows outputs
 * @param columns inputs, a whole number of blocks
 */
public record RowMatrix(Format format, MemorySegment data, int rows, int columns)
    implements Matrix {

  public RowMatrix {
    if (rows <= 0 || columns <= 0) {
      throw new IllegalArgumentException(
          "a matrix of %d rows x %d columns: both must be positive".formatted(rows, columns));
    }
    long bytes = Math.multiplyExact(format.type().bytes(columns), (long) rows);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%d x %d in %s take %d bytes, there are %d"
              .formatted(rows, columns, format.type(), bytes, data.byteSize()));
    }
  }

  /**
   * The matrix that a tensor holds.
   *
   * @throws IllegalArgumentException if a side exceeds the largest int
   */
  public static RowMatrix of(Tensor tensor) {
    if (tensor.rows() > Integer.MAX_VALUE || tensor.columns() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor %s: %s is too large for a matrix".formatted(tensor.name(), tensor.shapeText()));
    }
    return new RowMatrix(
        Format.of(tensor.type()), tensor.data(), (int) tensor.rows(), (int) tensor.columns());
  }

  /** Bytes from one row to the next. */
  public long rowBytes() {
    GgmlType type = format.type();
    return (long) (columns / type.blockSize()) * type.blockBytes();
  }

  /**
   * Writes the values of one row to {@code out[0, columns)}.
   *
   * @throws IllegalArgumentException if there is no such row
   */
  public void row(int row, float[] out) {
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException("row %d of a matrix of %d rows".formatted(row, rows));
    }
    format.dequantize(data, row * rowBytes(), out, columns);
  }

  @Override
  public Rounding rounding() {
    return format.rounding();
  }

  @Override
  public Layout layout(int tokens) {
    return Layout.TOKENS;
  }

  @Override
  public int rowsTogether(int tokens) {
    return 1;
  }

  /** A row is read from memory once and multiplied by all tokens while it is in the cache. */
  @Override
  public void multiply(int first, int end, Activations x, float[] y, int yOffset, int yStride) {
    long rowBytes = rowBytes();
    for (int row = first; row < end; row++) {
      for (int token = 0; token < x.tokens(); token++) {
        y[yOffset + token * yStride + row] = format.dot(data, row * rowBytes, x, token);
      }
    }
  }
}

package hanok.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A tensor of a file that is open: its values lie in {@code data}, row after row.
 *
 * @param shape as in the file, fastest first: a weight matrix of {@code out x in} is {@code [in,
 *     out]}
 * @param data exactly the tensor's bytes; valid until the file is closed
 */
public record Tensor(String name, GgmlType type, long[] shape, MemorySegment data) {

  /** Values in a row: a whole number of blocks. */
  public long columns() {
    return shape[0];
  }

  /** Rows, over all dimensions but the first. */
  public long rows() {
    return elements() / shape[0];
  }

  public long elements() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  public long rowBytes() {
    return type.bytes(columns());
  }

  /** The shape for people: {@code 4096 x 1024}. */
  public String shapeText() {
    return Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(" x "));
  }
}

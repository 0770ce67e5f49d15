package hanok.gguf;

import java.util.Optional;

/**
 * How the values of a tensor are stored: in blocks of {@link #blockSize} values that take
 * {@link #blockBytes} bytes. Ids and sizes are those of {@code ggml.h} and {@code ggml-common.h}.
 */
public enum GgmlType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  IQ4_NL(20, 32, 18),
  IQ4_XS(23, 256, 136),
  BF16(30, 1, 2);

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  GgmlType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** The type's number in a GGUF file. */
  public int id() {
    return id;
  }

  /** Values in a block; a row of a tensor is a whole number of blocks. */
  public int blockSize() {
    return blockSize;
  }

  public int blockBytes() {
    return blockBytes;
  }

  /** Bytes that {@code values} values take. */
  public long bytes(long values) {
    if (values % blockSize != 0) {
      throw new IllegalArgumentException(
          "%d values are not a whole number of %s blocks of %d".formatted(values, this, blockSize));
    }
    return Math.multiplyExact(values / blockSize, blockBytes);
  }

  /** The type with this number, or empty for a type that Hanok does not read. */
  public static Optional<GgmlType> ofId(int id) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

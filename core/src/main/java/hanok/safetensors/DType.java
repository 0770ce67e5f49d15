package hanok.safetensors;

import java.util.Optional;

/** How the values of a safetensors tensor are stored, little-endian, one after the other. */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** The type of this name, or empty for one that Hanok does not read, such as {@code F8_E4M3}. */
  public static Optional<DType> ofName(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

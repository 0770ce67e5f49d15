package hanok.engine;

/** How a session keeps the keys and values that attention looks back at. */
public enum KvType {
  /** Exactly: four bytes a number. */
  F32,
  /** Half-precision numbers: two bytes each. */
  F16,
  /** Bytes, with a half-precision scale for sixteen of them. */
  Q8_0;

  /** Bytes of so many numbers, a multiple of 16. */
  long bytes(long numbers) {
    return switch (this) {
      case F32 -> 4 * numbers;
      case F16 -> 2 * numbers;
      case Q8_0 -> numbers + numbers / 8;
    };
  }
}

package hanok.kernel;

/** Packing of {@link Interleaved} lines, an int at a time: loading a model is all of this. */
final class PairBits {
  private PairBits() {}

  /** The first two of four unsigned bytes, as a pair. */
  static int first(int bytes) {
    return bytes & 0xFF | bytes << 8 & 0xFF0000;
  }

  /** The last two. */
  static int second(int bytes) {
    return bytes >>> 16 & 0xFF | bytes >>> 8 & 0xFF0000;
  }

  /** The low nibbles of eight bytes as one int, the first lowest. */
  static int lowNibbles(long bytes) {
    long nibbles = bytes & 0x0F0F0F0F0F0F0F0FL;
    nibbles = (nibbles | nibbles >>> 4) & 0x00FF00FF00FF00FFL;
    nibbles = (nibbles | nibbles >>> 8) & 0x0000FFFF0000FFFFL;
    return (int) (nibbles | nibbles >>> 16);
  }

  /** Bits 4 and 5 of eight bytes in the low half of an int, the first lowest. */
  static int upperTwo(long bytes) {
    long bits = bytes >>> 4 & 0x0303030303030303L;
    bits = (bits | bits >>> 6) & 0x000F000F000F000FL;
    bits = (bits | bits >>> 12) & 0x000000FF000000FFL;
    return (int) (bits | bits >>> 24) & 0xFFFF;
  }

  /** The low nibbles of eight bytes as four pairs, the first lowest. */
  static int fourOfNibbles(long bytes) {
    int low = (int) bytes & 0x0F0F0F0F;
    int high = (int) (bytes >>> 32) & 0x0F0F0F0F;
    return first(low) | second(low) << 4 | first(high) << 8 | second(high) << 12;
  }
}

package hanok.train.data;

/** Numbers that look random and depend on nothing but what goes in. */
final class Mix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Mix() {}

  /**
   * A bijection of 64 bits after which neighbours have nothing in common: the finaliser of
   * SplitMix64 (Steele, Lea, Flood 2014).
   */
  static long bits(long value) {
    long z = value;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  static long bits(long a, long b) {
    return bits(bits(a + GOLDEN) + b * GOLDEN + GOLDEN);
  }

  static long bits(long a, long b, long c) {
    return bits(bits(a, b), c);
  }

  /** A number in {@code [0, 1)} from the upper bits. */
  static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }

  /** A number in {@code [0, bound)}. */
  static long below(long bits, long bound) {
    return Math.unsignedMultiplyHigh(bits, bound);
  }

  /** A text's bits; equal texts have equal ones, on every machine. */
  static long bits(CharSequence text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return bits(hash);
  }
}

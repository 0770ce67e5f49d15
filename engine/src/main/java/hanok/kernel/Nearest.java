package hanok.kernel;

/** Rounding to the nearest integer, ties to even, as ggml does it when it makes codes. */
public final class Nearest {
  /** {@code 1.5 * 2^23}: a float this large has no fraction left, so adding it rounds. */
  static final float MAGIC = 12_582_912f;

  private Nearest() {}

  /** The nearest integer of a value below {@code 2^22}; something in 23 bits for any other. */
  public static int of(float value) {
    return (Float.floatToRawIntBits(value + MAGIC) & 0x7FFFFF) - 0x400000;
  }
}

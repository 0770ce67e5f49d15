package hanok.quantize;

/** Numbers in the bytes of a block, little-endian. */
final class Bits {
  private Bits() {}

  static void putShort(byte[] out, int at, int value) {
    out[at] = (byte) value;
    out[at + 1] = (byte) (value >> 8);
  }

  static void putInt(byte[] out, int at, int value) {
    putShort(out, at, value);
    putShort(out, at + 2, value >> 16);
  }

  /**
   * Writes a half-precision number and returns it as the reader will see it.
   *
   * @throws ArithmeticException if it is out of range
   */
  static float putHalf(byte[] out, int at, float value) {
    short half = Float.floatToFloat16(value);
    if ((half & 0x7C00) == 0x7C00) {
      throw new ArithmeticException(value + " is out of the range of half precision");
    }
    putShort(out, at, half);
    return Float.float16ToFloat(half);
  }

  /**
   * Writes codes of 4 or 5 bits as Q4_0 and its kin have them: value j and value j + 16 share byte
   * j, and fifth bits, if any, are a number of 32 bits before the bytes.
   */
  static void putCodes32(byte[] out, int at, byte[] codes, boolean fifthBits) {
    int fifth = 0;
    int bytes = fifthBits ? at + 4 : at;
    for (int j = 0; j < 16; j++) {
      int low = codes[j];
      int high = codes[j + 16];
      out[bytes + j] = (byte) (low & 15 | (high & 15) << 4);
      fifth |= (low >> 4 & 1) << j | (high >> 4 & 1) << j + 16;
    }
    if (fifthBits) {
      putInt(out, at, fifth);
    }
  }

  /** Writes 256 codes of 2 bits as the K formats have them. */
  static void putPairs256(byte[] out, int at, byte[] codes) {
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j++) {
        int from = 128 * half + j;
        int low = codes[from] & 3 | (codes[from + 32] & 3) << 2;
        int high = (codes[from + 64] & 3) << 4 | (codes[from + 96] & 3) << 6;
        out[at + 32 * half + j] = (byte) (low | high);
      }
    }
  }
}

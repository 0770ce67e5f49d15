package hanok.quantize;

import hanok.gguf.GgmlType;

/** F32, F16 and BF16: each value by itself, rounded to the nearest, ties to even. */
record PlainEncoder(GgmlType type) implements Encoder {

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    switch (type) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          Bits.putInt(out, at + 4 * i, Float.floatToRawIntBits(row[i]));
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          Bits.putHalf(out, at + 2 * i, row[i]);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          Bits.putShort(out, at + 2 * i, bfloat16(row[i]));
        }
      }
    }
  }

  private static int bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + 0x7FFF + (bits >>> 16 & 1) >>> 16;
    if ((rounded & 0x7F80) == 0x7F80) {
      throw new ArithmeticException(value + " is out of the range of BF16");
    }
    return rounded;
  }
}

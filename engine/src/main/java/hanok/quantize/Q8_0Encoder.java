package hanok.quantize;

/** Q8_0: the largest value gets 127; ties are rounded away from zero. */
record Q8_0Encoder() implements Encoder {
  private static final int SIZE = 32;
  private static final int BYTES = 34;

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    for (int from = 0; from < n; from += SIZE, at += BYTES) {
      int mostBits = 0;
      for (int j = from; j < from + SIZE; j++) {
        mostBits = Math.max(mostBits, Float.floatToRawIntBits(row[j]) & Integer.MAX_VALUE);
      }
      float d = Float.intBitsToFloat(mostBits) / 127;
      float inverse = d == 0 ? 0 : 1 / d;
      Bits.putHalf(out, at, d);
      for (int j = 0; j < SIZE; j++) {
        float code = row[from + j] * inverse;
        int whole = (int) code;
        out[at + 2 + j] = (byte) (whole + (int) (2 * (code - whole)));
      }
    }
  }
}

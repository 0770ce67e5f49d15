package hanok.quantize;

import hanok.gguf.GgmlType;

/**
 * Turns rows of floats into blocks of one type: the way back from {@code Format.dequantize}. The
 * methods are those of {@code ggml-quants.c}, with the sums in the same order, so that the blocks
 * are the same too. An encoder keeps arrays between rows: each thread has its own.
 */
sealed interface Encoder
    permits PlainEncoder,
        Q8_0Encoder,
        SymmetricEncoder,
        AffineEncoder,
        Q2_KEncoder,
        Q3_KEncoder,
        Q45_KEncoder,
        Q6_KEncoder,
        IQ4Encoder {

  /**
   * Encodes the first {@code n} values of a row.
   *
   * @param importance how much an error in each column matters; empty if nothing is known about it
   * @param out where {@code type.bytes(n)} bytes go, from {@code at} on
   * @throws ArithmeticException if a number is too large for the type
   */
  void encode(float[] row, int n, float[] importance, byte[] out, int at);

  static Encoder of(GgmlType type) {
    return switch (type) {
      case F32, F16, BF16 -> new PlainEncoder(type);
      case Q8_0 -> new Q8_0Encoder();
      case Q4_0, Q5_0 -> new SymmetricEncoder(type);
      case Q4_1, Q5_1 -> new AffineEncoder(type);
      case Q2_K -> new Q2_KEncoder();
      case Q3_K -> new Q3_KEncoder();
      case Q4_K, Q5_K -> new Q45_KEncoder(type);
      case Q6_K -> new Q6_KEncoder();
      case IQ4_NL, IQ4_XS -> new IQ4Encoder(type);
    };
  }
}

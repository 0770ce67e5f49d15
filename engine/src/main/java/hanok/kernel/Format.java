package hanok.kernel;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * How a row of weights is stored, and how to multiply by it. One file a format, whose Javadoc gives
 * the layout of a block as {@code ggml-common.h} does and whose {@link #dequantize} is that of
 * {@code ggml-quants.c}. All numbers are little-endian.
 */
public sealed interface Format
    permits F32,
        F16,
        BF16,
        Q4_0,
        Q4_1,
        Q5_0,
        Q5_1,
        Q8_0,
        Q2_K,
        Q3_K,
        Q4_K,
        Q5_K,
        Q6_K,
        IQ4_NL,
        IQ4_XS {

  GgmlType type();

  /**
   * The definition of the format: the first {@code n} values of the row at {@code offset}, in plain
   * scalar code.
   *
   * @param offset of the row in {@code rows}, in bytes
   * @param n values, a whole number of blocks
   */
  void dequantize(MemorySegment rows, long offset, float[] out, int n);

  /**
   * The dot product of the row at {@code offset} with one token's activations, over all {@link
   * Activations#columns} of them, which must be a whole number of blocks. It allocates nothing and
   * does not depend on the other tokens of the batch.
   *
   * @throws IllegalStateException if the activations were not rounded as {@link #rounding} says
   */
  float dot(MemorySegment rows, long offset, Activations x, int token);

  /** How {@link #dot} wants its activations rounded. */
  Rounding rounding();

  static Format of(GgmlType type) {
    return switch (type) {
      case F32 -> new F32();
      case F16 -> new F16();
      case BF16 -> new BF16();
      case Q4_0 -> new Q4_0();
      case Q4_1 -> new Q4_1();
      case Q5_0 -> new Q5_0();
      case Q5_1 -> new Q5_1();
      case Q8_0 -> new Q8_0();
      case Q2_K -> new Q2_K();
      case Q3_K -> new Q3_K();
      case Q4_K -> new Q4_K();
      case Q5_K -> new Q5_K();
      case Q6_K -> new Q6_K();
      case IQ4_NL -> new IQ4_NL();
      case IQ4_XS -> new IQ4_XS();
    };
  }
}

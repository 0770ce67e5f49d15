package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.u8;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * 32 values in 18 bytes, {@code d * VALUES[q]}:
 *
 * <pre>
 *  0  d   2   fp16 scale
 *  2  qs  16  q of 4 bits: values 0-15 in the low nibbles, 16-31 in the high ones
 * </pre>
 *
 * {@link #dot} multiplies by rounded values as floats: 16 bits do not hold products of 8-bit
 * weights.
 */
record IQ4_NL() implements Format {
  private static final int SIZE = 32;
  private static final int BYTES = 18;
  private static final int QS = 2;

  /** {@code kvalues_iq4nl}: sixteen levels, denser around zero. */
  static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_NL;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_32;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset);
      for (int j = 0; j < 16; j++) {
        int q = u8(rows, offset + QS + j);
        out[i + j] = d * VALUES[q & 15];
        out[i + 16 + j] = d * VALUES[q >> 4];
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    float[] values = x.by32().values;
    int start = token * x.columns();
    int end = start + x.columns();
    ByteVector table = ByteVector.fromArray(ByteVector.SPECIES_128, VALUES, 0);
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      ByteVector q =
          ByteVector.fromMemorySegment(
              ByteVector.SPECIES_128, rows, offset + QS, ByteOrder.LITTLE_ENDIAN);
      ByteVector low = q.and((byte) 15).selectFrom(table);
      ByteVector high = q.lanewise(LSHR, 4).selectFrom(table);
      FloatVector block = FloatVector.zero(F);
      for (int j = 0; j < 16; j += F.length()) {
        FloatVector w0 = (FloatVector) low.castShape(F, j / F.length());
        FloatVector w1 = (FloatVector) high.castShape(F, j / F.length());
        block = w0.fma(FloatVector.fromArray(F, values, i + j), block);
        block = w1.fma(FloatVector.fromArray(F, values, i + 16 + j), block);
      }
      sum = block.fma(FloatVector.broadcast(F, half(rows, offset)), sum);
    }
    return Lanes.sum(sum);
  }
}

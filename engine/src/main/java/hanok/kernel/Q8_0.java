package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.Q;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.i8;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * 32 values in 34 bytes, {@code d * q}:
 *
 * <pre>
 *  0  d   2   fp16 scale
 *  2  qs  32  signed bytes q
 * </pre>
 *
 * {@link #dot} multiplies by rounded values as floats: products of 8-bit weights do not add up in
 * 16 bits.
 */
record Q8_0() implements Format {
  private static final int SIZE = 32;
  private static final int BYTES = 34;
  private static final int QS = 2;

  @Override
  public GgmlType type() {
    return GgmlType.Q8_0;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_32;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset);
      for (int j = 0; j < SIZE; j++) {
        out[i + j] = i8(rows, offset + QS + j) * d;
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    float[] values = x.by32().values;
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      FloatVector block = FloatVector.zero(F);
      for (int j = 0; j < SIZE; j += Q.length()) {
        ByteVector q =
            ByteVector.fromMemorySegment(Q, rows, offset + QS + j, ByteOrder.LITTLE_ENDIAN);
        block = widen(q, 0).fma(FloatVector.fromArray(F, values, i + j), block);
        if (Q.length() > F.length()) {
          block = widen(q, 1).fma(FloatVector.fromArray(F, values, i + j + F.length()), block);
        }
      }
      sum = block.fma(FloatVector.broadcast(F, half(rows, offset)), sum);
    }
    return Lanes.sum(sum);
  }

  private static FloatVector widen(ByteVector q, int part) {
    return (FloatVector) q.castShape(F, part);
  }
}

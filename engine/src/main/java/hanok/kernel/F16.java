package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.H;
import static hanok.kernel.Lanes.I;
import static hanok.kernel.Lanes.half;
import static jdk.incubator.vector.VectorOperators.LSHL;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** IEEE 754 binary16. {@link #dot} takes finite weights only. */
record F16() implements Format {
  private static final int BYTES = 2;

  @Override
  public GgmlType type() {
    return GgmlType.F16;
  }

  @Override
  public Rounding rounding() {
    return Rounding.NONE;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = value(rows, offset, i);
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    int n = x.columns();
    float[] values = x.values();
    int at = token * n;
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 2 * F.length(); i += 2 * F.length()) {
      long low = offset + (long) i * BYTES;
      long high = low + H.vectorByteSize();
      sum0 = floats(rows, low).fma(FloatVector.fromArray(F, values, at + i), sum0);
      sum1 = floats(rows, high).fma(FloatVector.fromArray(F, values, at + i + F.length()), sum1);
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < n; i++) {
      sum += value(rows, offset, i) * values[at + i];
    }
    return sum;
  }

  private static float value(MemorySegment rows, long offset, int i) {
    return half(rows, offset + (long) i * BYTES);
  }

  /**
   * Sign-extended and shifted by 13, exponent and fraction are where binary32 has them and bit 31
   * is the sign; the exponent's bias is then 112 too small. Right for subnormals, too.
   */
  private static FloatVector floats(MemorySegment rows, long offset) {
    ShortVector bits = ShortVector.fromMemorySegment(H, rows, offset, ByteOrder.LITTLE_ENDIAN);
    IntVector shifted = ((IntVector) bits.castShape(I, 0)).lanewise(LSHL, 13).and(0x8FFFFFFF);
    return shifted.reinterpretAsFloats().mul(0x1p112f);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.FLOAT;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/** IEEE 754 binary32. */
record F32() implements Format {
  private static final int BYTES = 4;

  @Override
  public GgmlType type() {
    return GgmlType.F32;
  }

  @Override
  public Rounding rounding() {
    return Rounding.NONE;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = rows.get(FLOAT, offset + (long) i * BYTES);
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
      long high = low + F.vectorByteSize();
      sum0 = floats(rows, low).fma(FloatVector.fromArray(F, values, at + i), sum0);
      sum1 = floats(rows, high).fma(FloatVector.fromArray(F, values, at + i + F.length()), sum1);
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < n; i++) {
      sum += rows.get(FLOAT, offset + (long) i * BYTES) * values[at + i];
    }
    return sum;
  }

  private static FloatVector floats(MemorySegment rows, long offset) {
    return FloatVector.fromMemorySegment(F, rows, offset, ByteOrder.LITTLE_ENDIAN);
  }
}

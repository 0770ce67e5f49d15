package hanok.kernel;

import static hanok.kernel.Lanes.FN;
import static hanok.kernel.Lanes.SN;
import static hanok.kernel.Lanes.foldPairsNarrow;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsignedNarrow;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * 32 values in 18 bytes, {@code d * (q - 8)}:
 *
 * <pre>
 *  0  d   2   fp16 scale
 *  2  qs  16  q of 4 bits: values 0-15 in the low nibbles, 16-31 in the high ones
 * </pre>
 */
record Q4_0() implements Format {
  private static final int SIZE = 32;
  private static final int BYTES = 18;
  private static final int QS = 2;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_0;
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
        out[i + j] = ((q & 15) - 8) * d;
        out[i + 16 + j] = ((q >> 4) - 8) * d;
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    Rounded rounded = x.by32();
    short[] levels = rounded.levels;
    float[] scales = rounded.scales;
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum = FloatVector.zero(FN);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      float scale = half(rows, offset) * scales[i / SIZE];
      for (int j = 0; j < 16; j += SN.length()) {
        ShortVector q = unsignedNarrow(rows, offset + QS + j);
        ShortVector low = q.and((short) 15).sub((short) 8);
        ShortVector high = q.lanewise(LSHR, 4).sub((short) 8);
        low = low.mul(ShortVector.fromArray(SN, levels, i + j));
        high = high.mul(ShortVector.fromArray(SN, levels, i + 16 + j));
        sum = foldPairsNarrow(low.add(high)).fma(FloatVector.broadcast(FN, scale), sum);
      }
    }
    return Lanes.sumNarrow(sum);
  }
}

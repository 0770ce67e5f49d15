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
 * 32 values in 20 bytes, {@code d * q + m}:
 *
 * <pre>
 *  0  d   2   fp16 scale
 *  2  m   2   fp16 minimum
 *  4  qs  16  q of 4 bits: values 0-15 in the low nibbles, 16-31 in the high ones
 * </pre>
 */
record Q4_1() implements Format {
  private static final int SIZE = 32;
  private static final int BYTES = 20;
  private static final int M = 2;
  private static final int QS = 4;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_1;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_32;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset);
      float m = half(rows, offset + M);
      for (int j = 0; j < 16; j++) {
        int q = u8(rows, offset + QS + j);
        out[i + j] = (q & 15) * d + m;
        out[i + 16 + j] = (q >> 4) * d + m;
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    Rounded rounded = x.by32();
    short[] levels = rounded.levels;
    float[] scales = rounded.scales;
    float[] sums = rounded.sums;
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum = FloatVector.zero(FN);
    float minSum = 0;
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      float scale = half(rows, offset) * scales[i / SIZE];
      minSum += half(rows, offset + M) * sums[i / SIZE];
      for (int j = 0; j < 16; j += SN.length()) {
        ShortVector q = unsignedNarrow(rows, offset + QS + j);
        ShortVector low = q.and((short) 15).mul(ShortVector.fromArray(SN, levels, i + j));
        ShortVector high = q.lanewise(LSHR, 4).mul(ShortVector.fromArray(SN, levels, i + 16 + j));
        sum = foldPairsNarrow(low.add(high)).fma(FloatVector.broadcast(FN, scale), sum);
      }
    }
    return Lanes.sumNarrow(sum) + minSum;
  }
}

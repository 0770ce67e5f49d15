package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.FIRST;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.SECOND;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.signedBytes;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsigned;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * 256 values in 144 bytes, {@code d * sc * q - dmin * m}, with sc and m for each 32:
 *
 * <pre>
 *   0  d       2    fp16 scale of the scales
 *   2  dmin    2    fp16 scale of the minimums
 *   4  scales  12   eight sc and eight m of 6 bits, see {@link KScales}
 * 16  qs      128  q of 4 bits: of each 64 values, 32 bytes hold the first 32 in the low nibbles
 * and the others in the high ones
 * </pre>
 */
record Q4_K() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 144;
  private static final int QS = 16;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_K;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_256;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      long head = rows.get(LONG, offset);
      long tail = rows.get(LONG, offset + 8);
      float d = KScales.d(head);
      float dmin = KScales.dmin(head);
      long scales = KScales.scales(head, tail);
      long mins = KScales.mins(tail);
      for (int j = 0; j < SIZE; j++) {
        int run = j / 32;
        int q = u8(rows, offset + QS + j / 64 * 32L + j % 32) >> run % 2 * 4 & 15;
        out[i + j] = d * KScales.at(scales, run) * q - dmin * KScales.at(mins, run);
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    return products(rows, offset, x, token) - KScales.minimums(rows, offset, BYTES, x, token);
  }

  /** The part {@code d * sc * q}. */
  private static float products(MemorySegment rows, long offset, Activations x, int token) {
    Rounded rounded = x.by256();
    short[] levels = rounded.levels;
    float[] xScales = rounded.scales;
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      long head = rows.get(LONG, offset);
      long sc = KScales.scales(head, rows.get(LONG, offset + 8));
      FloatVector d = FloatVector.broadcast(F, KScales.d(head));
      for (int g = 0; g < 4; g++, sc >>>= 16) {
        FloatVector xScale = FloatVector.fromArray(F, xScales, (i >> 5) + 2 * g);
        FloatVector scale = signedBytes(sc).mul(xScale).mul(d);
        for (int j = 0; j < 32; j += S.length()) {
          ShortVector q = unsigned(rows, offset + QS + 32L * g + j);
          int at = i + 64 * g + j;
          ShortVector low = q.and((short) 15).mul(ShortVector.fromArray(S, levels, at));
          ShortVector high = q.lanewise(LSHR, 4).mul(ShortVector.fromArray(S, levels, at + 32));
          sum0 = foldPairs(low).fma(scale.rearrange(FIRST), sum0);
          sum1 = foldPairs(high).fma(scale.rearrange(SECOND), sum1);
        }
      }
    }
    return Lanes.sum(sum0.add(sum1));
  }
}

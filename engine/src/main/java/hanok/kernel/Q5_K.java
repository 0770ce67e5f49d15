package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsigned;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * 256 values in 176 bytes, {@code d * sc * q - dmin * m}, with sc and m for each 32:
 *
 * <pre>
 *   0  d       2    fp16 scale of the scales
 *   2  dmin    2    fp16 scale of the minimums
 *   4  scales  12   eight sc and eight m of 6 bits, see {@link KScales}
 *  16  qh      32   fifth bits of q: bit r of byte j is for value j of the r-th 32
 *  48  qs      128  low four bits of q: of each 64 values, 32 bytes hold the first 32 in the low
 *                   nibbles and the others in the high ones
 * </pre>
 */
record Q5_K() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 176;
  private static final int QH = 16;
  private static final int QS = 48;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
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
        int low = u8(rows, offset + QS + j / 64 * 32L + j % 32) >> run % 2 * 4 & 15;
        int q = low | (u8(rows, offset + QH + j % 32) >> run & 1) << 4;
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
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      long head = rows.get(LONG, offset);
      long tail = rows.get(LONG, offset + 8);
      float d = KScales.d(head);
      for (int j = 0; j < 32; j += S.length()) {
        long sc = KScales.scales(head, tail);
        ShortVector fifths = unsigned(rows, offset + QH + j).lanewise(LSHL, 4);
        long qs = offset + QS + j;
        for (int g = 0; g < 4; g++, sc >>>= 16, qs += 32) {
          ShortVector q = unsigned(rows, qs);
          ShortVector h = fifths.lanewise(LSHR, (short) (2 * g));
          ShortVector low = q.and((short) 15).or(h.and((short) 16));
          ShortVector high = q.lanewise(LSHR, 4).or(h.lanewise(LSHR, 1).and((short) 16));
          int at = i + 64 * g + j;
          low = low.mul(ShortVector.fromArray(S, levels, at));
          high = high.mul(ShortVector.fromArray(S, levels, at + 32));
          float scale0 = d * xScales[at >> 5] * KScales.at(sc, 0);
          float scale1 = d * xScales[(at >> 5) + 1] * KScales.at(sc, 1);
          sum = foldPairs(low).fma(FloatVector.broadcast(F, scale0), sum);
          sum = foldPairs(high).fma(FloatVector.broadcast(F, scale1), sum);
        }
      }
    }
    return Lanes.sum(sum);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.FN;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsigned;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
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
  private static final int DMIN = 2;
  private static final int SCALES = 4;
  private static final int QH = 16;
  private static final int QS = 48;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
  }

  @Override
  public boolean usesLevels() {
    return true;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset);
      float dmin = half(rows, offset + DMIN);
      long scales = KScales.scales(rows, offset + SCALES);
      long mins = KScales.mins(rows, offset + SCALES);
      for (int j = 0; j < SIZE; j++) {
        int run = j / 32;
        int low = u8(rows, offset + QS + j / 64 * 32 + j % 32) >> run % 2 * 4 & 15;
        int q = low | (u8(rows, offset + QH + j % 32) >> run & 1) << 4;
        out[i + j] = d * KScales.at(scales, run) * q - dmin * KScales.at(mins, run);
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    short[] levels = x.levels();
    float[] xScales = x.scales();
    float[] sums = x.sums();
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    FloatVector minSum = FloatVector.zero(FN);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      float d = half(rows, offset);
      FloatVector dmin = FloatVector.broadcast(FN, half(rows, offset + DMIN));
      ByteVector mins = KScales.bytes(KScales.mins(rows, offset + SCALES));
      for (int p = 0; p < 8; p += FN.length()) {
        FloatVector m = KScales.floats(mins, p / FN.length()).mul(dmin);
        minSum = m.fma(FloatVector.fromArray(FN, sums, i / 32 + p), minSum);
      }
      for (int j = 0; j < 32; j += S.length()) {
        long scales = KScales.scales(rows, offset + SCALES);
        ShortVector h = unsigned(rows, offset + QH + j).lanewise(LSHL, 4);
        for (int g = 0; g < 4; g++, scales >>>= 16) {
          float scale0 = d * xScales[i / 32 + 2 * g] * KScales.at(scales, 0);
          float scale1 = d * xScales[i / 32 + 2 * g + 1] * KScales.at(scales, 1);
          ShortVector q = unsigned(rows, offset + QS + 32 * g + j);
          ShortVector low = q.and((short) 15).or(h.and((short) 16));
          ShortVector high = q.lanewise(LSHR, 4).or(h.lanewise(LSHR, 1).and((short) 16));
          h = h.lanewise(LSHR, 2);
          int at = i + 64 * g + j;
          low = low.mul(ShortVector.fromArray(S, levels, at));
          high = high.mul(ShortVector.fromArray(S, levels, at + 32));
          sum0 = foldPairs(low).fma(FloatVector.broadcast(F, scale0), sum0);
          sum1 = foldPairs(high).fma(FloatVector.broadcast(F, scale1), sum1);
        }
      }
    }
    return sum0.add(sum1).reduceLanes(ADD) - minSum.reduceLanes(ADD);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.i8;
import static hanok.kernel.Lanes.scalePair;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsigned;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * 256 values in 210 bytes, {@code d * sc * (q - 32)}, with sc for each 16:
 *
 * <pre>
 *    0  ql      128  low four bits of q: of each 128 values, 64 bytes hold the first 64 in the low
 *                    nibbles and the others in the high ones
 *  128  qh      64   upper two bits of q: of each 128 values, bits 2r and 2r + 1 of byte j of 32
 *                    are for value j of the r-th 32
 *  192  scales  16   signed bytes sc
 *  208  d       2    fp16 scale of the scales
 * </pre>
 */
record Q6_K() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 210;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;

  @Override
  public GgmlType type() {
    return GgmlType.Q6_K;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_256;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset + D);
      for (int j = 0; j < SIZE; j++) {
        int half = j / 128;
        int low = u8(rows, offset + 64L * half + j % 64) >> j / 64 % 2 * 4 & 15;
        int high = u8(rows, offset + QH + 32L * half + j % 32) >> j / 32 % 4 * 2 & 3;
        out[i + j] = d * i8(rows, offset + SCALES + j / 16) * ((low | high << 4) - 32);
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    Rounded rounded = x.by256();
    short[] levels = rounded.levels;
    float[] xScales = rounded.scales;
    int start = token * x.columns();
    int end = start + x.columns();
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      float d = half(rows, offset + D);
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 32; j += S.length()) {
          long sc = rows.get(LONG, offset + SCALES + 8L * part) >>> j / 16 * 8;
          ShortVector h = unsigned(rows, offset + QH + 32L * part + j).lanewise(LSHL, 4);
          ShortVector q = unsigned(rows, offset + 64L * part + j);
          ShortVector next = unsigned(rows, offset + 64L * part + 32 + j);
          for (int r = 0; r < 4; r++, sc >>>= 16) {
            ShortVector w = q.and((short) 15).or(h.and((short) 48)).sub((short) 32);
            ShortVector high = q.lanewise(LSHR, 4);
            q = next;
            next = high;
            h = h.lanewise(LSHR, 2);
            int at = i + 128 * part + 32 * r + j;
            w = w.mul(ShortVector.fromArray(S, levels, at));
            sum = foldPairs(w).fma(scalePair(sc, d * xScales[at >> 5]), sum);
          }
        }
      }
    }
    return Lanes.sum(sum);
  }
}

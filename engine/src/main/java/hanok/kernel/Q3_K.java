package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.INT;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.half;
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
 * 256 values in 110 bytes, {@code d * (sc - 32) * (q - 4)}, with sc for each 16:
 *
 * <pre>
 *    0  hmask   32  third bits of q: bit r of byte j is for value j of the r-th 32
 * 32  qs      64  low two bits of q: of each 128 values, bits 2r and 2r + 1 of byte j of 32 are for
 * value j of the r-th 32 96  scales  12  sixteen sc of 6 bits: bytes 0-7 hold the low four bits of
 * sc 0-7 in their low nibbles, of sc 8-15 in the high ones; byte 8 + k % 4 holds the upper two bits
 * of sc k from bit k / 4 * 2 108  d       2   fp16 scale of the scales
 * </pre>
 */
record Q3_K() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 110;
  private static final int QS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;
  private static final long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;
  private static final long ONES = 0x0101010101010101L;
  private static final long SIGNS = 0x8080808080808080L;
  private static final long LOW_PAIRS = 0x0303030303030303L;

  @Override
  public GgmlType type() {
    return GgmlType.Q3_K;
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
        int run = j / 32;
        int low = u8(rows, offset + QS + j / 128 * 32L + j % 32) >> run % 4 * 2 & 3;
        int high = u8(rows, offset + j % 32) >> run & 1;
        int k = j / 16;
        int scale =
            u8(rows, offset + SCALES + k % 8) >> k / 8 * 4 & 15
                | (u8(rows, offset + SCALES + 8 + k % 4) >> k / 4 * 2 & 3) << 4;
        out[i + j] = d * (scale - 32) * ((low | high << 2) - 4);
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
      long nibbles = rows.get(LONG, offset + SCALES);
      long tops = rows.get(INT, offset + SCALES + 8) & 0xFFFFFFFFL;
      tops |= tops >>> 2 << 32;
      for (int j = 0; j < 32; j += S.length()) {
        ShortVector h = unsigned(rows, offset + j).lanewise(LSHL, 2);
        for (int part = 0; part < 2; part++) {
          ShortVector q = unsigned(rows, offset + QS + 32L * part + j);
          long sc = nibbles >>> 4 * part & LOW_NIBBLES | (tops >>> 4 * part & LOW_PAIRS) << 4;
          // Each byte minus 32, with no borrow between bytes.
          sc = ((sc | SIGNS) - 32 * ONES ^ SIGNS) >>> j / 16 * 8;
          for (int g = 0; g < 4; g++, sc >>>= 16) {
            ShortVector w = q.and((short) 3).or(h.and((short) 4)).sub((short) 4);
            q = q.lanewise(LSHR, 2);
            h = h.lanewise(LSHR, 1);
            int at = i + 128 * part + 32 * g + j;
            w = w.mul(ShortVector.fromArray(S, levels, at));
            sum = foldPairs(w).fma(scalePair(sc, d * xScales[at >> 5]), sum);
          }
        }
      }
    }
    return Lanes.sum(sum);
  }
}

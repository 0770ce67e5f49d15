package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.S;
import static hanok.kernel.Lanes.foldPairs;
import static hanok.kernel.Lanes.half;
import static hanok.kernel.Lanes.scalePair;
import static hanok.kernel.Lanes.u8;
import static hanok.kernel.Lanes.unsigned;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * 256 values in 84 bytes, {@code d * sc * q - dmin * m}, with sc and m for each 16:
 *
 * <pre>
 *   0  scales  16  sc of 4 bits in the low nibbles, m of 4 bits in the high ones
 * 16  qs      64  q of 2 bits: of each 128 values, bits 2r and 2r + 1 of byte j of 32 are for value
 * j of the r-th 32 80  d       2   fp16 scale of the scales 82  dmin    2   fp16 scale of the
 * minimums
 * </pre>
 */
record Q2_K() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 84;
  private static final int QS = 16;
  private static final int D = 80;
  private static final int DMIN = 82;
  private static final long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;

  @Override
  public GgmlType type() {
    return GgmlType.Q2_K;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_256;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      float d = half(rows, offset + D);
      float dmin = half(rows, offset + DMIN);
      for (int j = 0; j < SIZE; j++) {
        int q = u8(rows, offset + QS + j / 128 * 32L + j % 32) >> j / 32 % 4 * 2 & 3;
        int scale = u8(rows, offset + j / 16);
        out[i + j] = d * (scale & 15) * q - dmin * (scale >> 4);
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    return products(rows, offset, x, token) - minimums(rows, offset, x, token);
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
      float d = half(rows, offset + D);
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 32; j += S.length()) {
          ShortVector q = unsigned(rows, offset + QS + 32L * part + j);
          long sc = (rows.get(LONG, offset + 8L * part) & LOW_NIBBLES) >>> j / 16 * 8;
          for (int g = 0; g < 4; g++, sc >>>= 16) {
            int at = i + 128 * part + 32 * g + j;
            ShortVector w = q.and((short) 3).mul(ShortVector.fromArray(S, levels, at));
            q = q.lanewise(LSHR, 2);
            sum = foldPairs(w).fma(scalePair(sc, d * xScales[at >> 5]), sum);
          }
        }
      }
    }
    return Lanes.sum(sum);
  }

  /** The part {@code dmin * m}: the minimums times the activations' sums. */
  private static float minimums(MemorySegment rows, long offset, Activations x, int token) {
    float[] sums = x.by256().sums16;
    int start = token * x.columns() / 16;
    int end = start + x.columns() / 16;
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += 16, offset += BYTES) {
      FloatVector dmin = FloatVector.broadcast(F, half(rows, offset + DMIN));
      ByteVector mins =
          ByteVector.fromMemorySegment(
                  ByteVector.SPECIES_128, rows, offset, ByteOrder.LITTLE_ENDIAN)
              .lanewise(LSHR, 4);
      for (int p = 0; p < 16; p += F.length()) {
        FloatVector m = (FloatVector) mins.castShape(F, p / F.length());
        sum = m.mul(dmin).fma(FloatVector.fromArray(F, sums, i + p), sum);
      }
    }
    return Lanes.sum(sum);
  }
}

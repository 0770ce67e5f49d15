package hanok.kernel;

import static hanok.kernel.Lanes.F;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.u8;
import static jdk.incubator.vector.VectorOperators.LSHR;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * 256 values in 136 bytes, {@code d * (sc - 32) * VALUES[q]}, with sc for each 32:
 *
 * <pre>
 *  0  d         2    fp16 scale of the scales
 *  2  scales_h  2    upper two bits of the eight sc, the first lowest
 *  4  scales_l  4    low four bits of the eight sc, the first lowest
 *  8  qs        128  q of 4 bits, each 32 as in {@link IQ4_NL}
 * </pre>
 *
 * {@link #dot} multiplies by rounded values as floats: 16 bits do not hold products of 8-bit
 * weights.
 */
record IQ4_XS() implements Format {
  private static final int SIZE = 256;
  private static final int BYTES = 136;
  private static final int QS = 8;

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_XS;
  }

  @Override
  public Rounding rounding() {
    return Rounding.BY_256;
  }

  @Override
  public void dequantize(MemorySegment rows, long offset, float[] out, int n) {
    for (int i = 0; i < n; i += SIZE, offset += BYTES) {
      long head = rows.get(LONG, offset);
      for (int run = 0; run < 8; run++) {
        float d = Float.float16ToFloat((short) head) * scale(head, run);
        for (int j = 0; j < 16; j++) {
          int q = u8(rows, offset + QS + 16L * run + j);
          out[i + 32 * run + j] = d * IQ4_NL.VALUES[q & 15];
          out[i + 32 * run + 16 + j] = d * IQ4_NL.VALUES[q >> 4];
        }
      }
    }
  }

  @Override
  public float dot(MemorySegment rows, long offset, Activations x, int token) {
    float[] values = x.by256().values;
    int start = token * x.columns();
    int end = start + x.columns();
    ByteVector table = ByteVector.fromArray(ByteVector.SPECIES_128, IQ4_NL.VALUES, 0);
    FloatVector sum = FloatVector.zero(F);
    for (int i = start; i < end; i += SIZE, offset += BYTES) {
      long head = rows.get(LONG, offset);
      float d = Float.float16ToFloat((short) head);
      for (int run = 0; run < 8; run++) {
        ByteVector q =
            ByteVector.fromMemorySegment(
                ByteVector.SPECIES_128, rows, offset + QS + 16L * run, ByteOrder.LITTLE_ENDIAN);
        ByteVector low = q.and((byte) 15).selectFrom(table);
        ByteVector high = q.lanewise(LSHR, 4).selectFrom(table);
        FloatVector block = FloatVector.zero(F);
        for (int j = 0; j < 16; j += F.length()) {
          FloatVector w0 = (FloatVector) low.castShape(F, j / F.length());
          FloatVector w1 = (FloatVector) high.castShape(F, j / F.length());
          int at = i + 32 * run + j;
          block = w0.fma(FloatVector.fromArray(F, values, at), block);
          block = w1.fma(FloatVector.fromArray(F, values, at + 16), block);
        }
        sum = block.fma(FloatVector.broadcast(F, d * scale(head, run)), sum);
      }
    }
    return Lanes.sum(sum);
  }

  /**
   * @param head bytes 0-7 of the block
   */
  private static int scale(long head, int run) {
    int low = (int) (head >>> 32 + 4 * run) & 15;
    int high = (int) (head >>> 16 + 2 * run) & 3;
    return (low | high << 4) - 32;
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.FN;
import static hanok.kernel.Lanes.LONG;
import static hanok.kernel.Lanes.half;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;

/**
 * The first 16 bytes of a Q4_K or Q5_K block, read as two longs because every access costs the
 * compiler of a kernel hundreds of nodes, of which it has few:
 *
 * <pre>
 *  0  d      2  fp16 scale of the scales
 *  2  dmin   2  fp16 scale of the minimums
 *  4         4  scales 0-3 in the low six bits, the upper two bits of scales 4-7 above
 *  8         4  minimums 0-3 in the low six bits, the upper two bits of minimums 4-7 above
 * 12         4  the low four bits of scales 4-7 in the low nibbles, of minimums 4-7 in the high
 * ones
 * </pre>
 *
 * The eight scales, and the eight minimums, are unpacked into the bytes of a long, the first lowest
 * ({@code get_scale_min_k4}).
 */
final class KScales {
  private static final int LOW_SIX = 0x3F3F3F3F;
  private static final int LOW_FOUR = 0x0F0F0F0F;
  private static final int UPPER_TWO = 0x30303030;

  private KScales() {}

  /**
   * @param head bytes 0-7 of the block
   */
  static float d(long head) {
    return Float.float16ToFloat((short) head);
  }

  static float dmin(long head) {
    return Float.float16ToFloat((short) (head >> 16));
  }

  /**
   * @param tail bytes 8-15 of the block
   */
  static long scales(long head, long tail) {
    int first = (int) (head >>> 32);
    int rest = (int) (tail >>> 32);
    return join(first & LOW_SIX, rest & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  static long mins(long tail) {
    int first = (int) tail;
    int rest = (int) (tail >>> 32);
    return join(first & LOW_SIX, rest >>> 4 & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  private static long join(int low, int high) {
    return low | (long) high << 32;
  }

  static int at(long packed, int index) {
    return (int) (packed >>> 8 * index) & 63;
  }

  /**
   * The part {@code dmin * m} of the dot product of a row: the minimums times the activations'
   * sums. A loop of its own, because together with the products it is more than C2 inlines in one
   * method.
   *
   * @param blockBytes of the row's format
   */
  static float minimums(MemorySegment rows, long offset, int blockBytes, Activations x, int token) {
    float[] sums = x.by256().sums;
    int start = token * x.columns() / 32;
    int end = start + x.columns() / 32;
    FloatVector sum = FloatVector.zero(FN);
    for (int i = start; i < end; i += 8, offset += blockBytes) {
      FloatVector dmin = FloatVector.broadcast(FN, half(rows, offset + 2));
      long mins = mins(rows.get(LONG, offset + 8));
      // The eight bytes twice: 128 bits are the narrowest width that every machine has.
      ByteVector bytes = LongVector.broadcast(LongVector.SPECIES_128, mins).reinterpretAsBytes();
      for (int p = 0; p < 8; p += FN.length()) {
        FloatVector m = (FloatVector) bytes.castShape(FN, p / FN.length());
        sum = m.mul(dmin).fma(FloatVector.fromArray(FN, sums, i + p), sum);
      }
    }
    return Lanes.sumNarrow(sum);
  }
}

package hanok.kernel;

import static hanok.kernel.Lanes.FN;
import static hanok.kernel.Lanes.INT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;

/**
 * The eight scales and eight minimums of 6 bits that Q4_K and Q5_K pack into 12 bytes ({@code
 * get_scale_min_k4}), each eight unpacked into the bytes of a long, the first lowest:
 *
 * <pre>
 * 0  scales 0-3 in the low six bits, the upper two bits of scales 4-7 above
 * 4  minimums 0-3 in the low six bits, the upper two bits of minimums 4-7 above
 * 8  the low four bits of scales 4-7 in the low nibbles, of minimums 4-7 in the high ones
 * </pre>
 */
final class KScales {
  private static final int LOW_SIX = 0x3F3F3F3F;
  private static final int LOW_FOUR = 0x0F0F0F0F;
  private static final int UPPER_TWO = 0x30303030;

  private KScales() {}

  static long scales(MemorySegment rows, long offset) {
    int first = rows.get(INT, offset);
    int rest = rows.get(INT, offset + 8);
    return join(first & LOW_SIX, rest & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  static long mins(MemorySegment rows, long offset) {
    int first = rows.get(INT, offset + 4);
    int rest = rows.get(INT, offset + 8);
    return join(first & LOW_SIX, rest >>> 4 & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  private static long join(int low, int high) {
    return low | (long) high << 32;
  }

  static int at(long packed, int index) {
    return (int) (packed >>> 8 * index) & 63;
  }

  /** The eight, twice: 128 bits are the narrowest width that every machine has. */
  static ByteVector bytes(long packed) {
    return LongVector.broadcast(LongVector.SPECIES_128, packed).reinterpretAsBytes();
  }

  /** One part of {@link #bytes} as floats. */
  static FloatVector floats(ByteVector bytes, int part) {
    return (FloatVector) bytes.castShape(FN, part);
  }
}

package hanok.kernel;

import hanok.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Rows of random bytes that are valid in a format: whatever the bits, the scales are finite. */
final class RandomRows {
  private RandomRows() {}

  static MemorySegment of(GgmlType type, int n, Random random) {
    byte[] bytes = new byte[Math.toIntExact(type.bytes(n))];
    random.nextBytes(bytes);
    MemorySegment rows = offHeap(bytes);
    for (int block = 0; block < bytes.length; block += type.blockBytes()) {
      switch (type) {
        case F32 -> rows.set(Lanes.FLOAT, block, (float) random.nextGaussian());
        case BF16 ->
            rows.set(
                Lanes.SHORT,
                block,
                (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >> 16));
        default -> {
          for (int offset : halves(type)) {
            rows.set(
                Lanes.SHORT, block + offset, Float.floatToFloat16(random.nextFloat() / 10 - 0.03f));
          }
        }
      }
    }
    return rows;
  }

  /** Where a mapped file lies, too: kernels see one kind of segment. */
  static MemorySegment offHeap(byte[] bytes) {
    return Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  /** Where a block has fp16 numbers. */
  static int[] halves(GgmlType type) {
    return switch (type) {
      case F32, BF16 -> new int[0];
      case F16, Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS -> new int[] {0};
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
    };
  }
}

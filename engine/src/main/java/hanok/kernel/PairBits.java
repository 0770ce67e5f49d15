package hanok.kernel;

import static hanok.kernel.Lanes.I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;

/** Packing of {@link Interleaved} lines: what loading a model consists of. */
final class PairBits {
  private PairBits() {}

  /** Word {@code i} of the rows from {@code lane} on. */
  static IntVector word(int[] words, int i, int lane) {
    return IntVector.fromArray(I, words, Interleaved.ROWS * i + lane);
  }

  /** Writes line {@code i} of the rows from {@code lane} on. */
  static void store(IntVector line, MemorySegment group, long target, int i, int lane) {
    long offset = target + (long) i * Interleaved.LINE + 4L * lane;
    line.intoMemorySegment(group, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /** The first two of four unsigned bytes, as a pair. */
  static IntVector first(IntVector bytes) {
    return bytes.and(0xFF).or(bytes.lanewise(LSHL, 8).and(0xFF0000));
  }

  /** The last two. */
  static IntVector second(IntVector bytes) {
    return bytes.lanewise(LSHR, 16).and(0xFF).or(bytes.lanewise(LSHR, 8).and(0xFF0000));
  }

  /** Four bytes of at most four bits as two pairs, the first lowest. */
  static IntVector twoOfNibbles(IntVector nibbles) {
    return first(nibbles).or(second(nibbles).lanewise(LSHL, 4));
  }
}

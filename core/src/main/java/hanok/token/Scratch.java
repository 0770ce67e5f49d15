package hanok.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Memory that encoding needs and that one thread can use again and again. */
final class Scratch {
  private int[] stack = new int[64];
  private long[] bits = new long[8];
  private final @Nullable PieceCache cache;

  Scratch(@Nullable PieceCache cache) {
    this.cache = cache;
  }

  /** At least {@code size} numbers, of any value. */
  int[] stack(int size) {
    if (size > stack.length) {
      stack = new int[Math.max(size, 2 * stack.length)];
    }
    return stack;
  }

  /** At least {@code size} bits, all clear. */
  long[] clearBits(int size) {
    int words = (size + 63) / 64;
    if (words > bits.length) {
      bits = new long[Math.max(words, 2 * bits.length)];
    }
    Arrays.fill(bits, 0, words, 0);
    return bits;
  }

  /** The pieces that this thread has seen; null if it does not remember any. */
  @Nullable PieceCache cache() {
    return cache;
  }
}

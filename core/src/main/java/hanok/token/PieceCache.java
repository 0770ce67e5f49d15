package hanok.token;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Pieces of up to 16 bytes that were encoded before, with up to five ids. Documents repeat
 * themselves: more than nine pieces in ten are found here. Where too few are, as in reviews, most
 * pieces pass it by. A piece has one slot, of four longs, and replaces whichever was there: two of
 * bytes, compared exactly; one of length (5 bits), number of ids (3) and two ids (21 each); one of
 * three more ids. For one thread.
 */
final class PieceCache {
  static final int SLOTS_LOG2 = 14; // 512 kB: it must stay in the second-level cache

  private static final int PIECE_MAX = 16;
  private static final int IDS_MAX = 5;
  private static final int ID_BITS = 21;
  private static final int ID = (1 << ID_BITS) - 1;

  /** Of so many pieces it is counted how many are not found. */
  private static final int WINDOW = 1 << 13;

  /** If more are not, to ask takes longer than to encode. */
  private static final int MISSED_MAX = WINDOW / 4;

  /** How many are then encoded at once, before it is tried again. */
  private static final int UNASKED = 7 * WINDOW;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final PieceEncoder encoder;
  private final long[] slots;
  private final int shift;
  private int asked;
  private int missed;
  private int unasked; // pieces that are not asked for from here on

  /** Whether all ids of a vocabulary fit into a slot. */
  static boolean suits(int vocab) {
    return vocab <= ID + 1;
  }

  PieceCache(PieceEncoder encoder, int slotsLog2) {
    this.encoder = encoder;
    slots = new long[4 << slotsLog2];
    shift = 64 - slotsLog2;
  }

  /** Appends the ids of {@code text[from, to)}, from memory or from the encoder. */
  void encode(byte[] text, int from, int to, IdBuffer out, Scratch scratch) {
    int length = to - from;
    if (length > PIECE_MAX || from + PIECE_MAX > text.length || isPassedOver()) {
      encoder.encode(text, from, to, out, scratch);
      return;
    }
    long first = (long) LONG.get(text, from);
    long second = 0;
    if (length <= 8) {
      first &= -1L >>> 64 - (length << 3);
    } else {
      second = (long) LONG.get(text, from + 8) & -1L >>> 128 - (length << 3);
    }
    int slot = slot(first, second, length);
    long head = slots[slot + 2];
    int[] ids = out.reserve(PIECE_MAX);
    if (slots[slot] == first && slots[slot + 1] == second && (head & 31) == length) {
      int count = (int) head >>> 5 & 7;
      int size = out.size;
      ids[size] = (int) (head >>> 8) & ID;
      ids[size + 1] = (int) (head >>> 8 + ID_BITS) & ID;
      if (count > 2) {
        long tail = slots[slot + 3];
        ids[size + 2] = (int) tail & ID;
        ids[size + 3] = (int) (tail >>> ID_BITS) & ID;
        ids[size + 4] = (int) (tail >>> 2 * ID_BITS) & ID;
      }
      out.size = size + count;
      return;
    }
    missed++;
    int before = out.size;
    encoder.encode(text, from, to, out, scratch);
    remember(slot, first, second, length, out.ids, before, out.size - before);
  }

  /** Whether asking has not been worth it lately. */
  private boolean isPassedOver() {
    if (unasked > 0) {
      unasked--;
      return true;
    }
    if (++asked == WINDOW) {
      unasked = missed > MISSED_MAX ? UNASKED : 0;
      asked = 0;
      missed = 0;
    }
    return false;
  }

  private int slot(long first, long second, int length) {
    long hash = (first ^ second * 0x9E3779B97F4A7C15L + length) * 0xFF51AFD7ED558CCDL;
    hash ^= hash >>> 29;
    return (int) (hash * 0xC4CEB9FE1A85EC53L >>> shift) << 2;
  }

  private void remember(
      int slot, long first, long second, int length, int[] ids, int from, int count) {
    if (count > IDS_MAX) {
      return;
    }
    long head = length | count << 5;
    long tail = 0;
    for (int i = count - 1; i >= 2; i--) {
      tail = tail << ID_BITS | ids[from + i];
    }
    if (count > 1) {
      head |= (long) ids[from + 1] << 8 + ID_BITS;
    }
    slots[slot] = first;
    slots[slot + 1] = second;
    slots[slot + 2] = head | (long) ids[from] << 8;
    slots[slot + 3] = tail;
  }
}

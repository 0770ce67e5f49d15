package hanok.token;

import java.util.Arrays;

/** Ids that are being collected, by those who write them without being asked for each. */
final class IdBuffer {
  /** The ids, of which the first {@link #size} count. */
  int[] ids = new int[64];

  int size;

  void add(int id) {
    reserve(1)[size++] = id;
  }

  void addAll(int[] more, int count) {
    System.arraycopy(more, 0, reserve(count), size, count);
    size += count;
  }

  /** {@link #ids}, with room for {@code count} more. */
  int[] reserve(int count) {
    if (count > ids.length - size) {
      ids = Arrays.copyOf(ids, Math.max(2 * ids.length, size + count));
    }
    return ids;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}

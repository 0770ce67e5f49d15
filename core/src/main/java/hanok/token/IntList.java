package hanok.token;

import java.util.Arrays;

/** Ids that are being collected. */
final class IntList {
  private int[] values = new int[64];
  private int size;

  void add(int value) {
    reserve(1);
    values[size++] = value;
  }

  void addAll(int[] more, int count) {
    reserve(count);
    System.arraycopy(more, 0, values, size, count);
    size += count;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  private void reserve(int count) {
    if (size + count > values.length) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, size + count));
    }
  }
}

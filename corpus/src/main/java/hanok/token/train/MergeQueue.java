package hanok.token.train;

import java.util.Arrays;

/**
 * The pairs that may be merged next, the most frequent first and of equals the one with the smaller
 * ids, each with the words it was seen in. A heap with four children a node, whose counts may be
 * out of date: whoever looks at the first must {@link #update} it until it is true.
 */
final class MergeQueue {
  private static final int FIELDS = 4; // count, pair, start of the words, how many

  private long[] heap = new long[FIELDS << 10];
  private int size;
  private int[] words = new int[1 << 12];
  private int top;

  boolean isEmpty() {
    return size == 0;
  }

  long firstCount() {
    return heap[0];
  }

  long firstPair() {
    return heap[1];
  }

  int firstWords() {
    return (int) heap[3];
  }

  int firstWord(int i) {
    return words[(int) heap[2] + i];
  }

  /** Sets the count of the first pair, which then may no longer be the first. */
  void update(long count) {
    siftDown(count, heap[1], heap[2], heap[3]);
  }

  void removeFirst() {
    size--;
    int last = FIELDS * size;
    if (size > 0) {
      siftDown(heap[last], heap[last + 1], heap[last + 2], heap[last + 3]);
    }
  }

  /** Makes room for the words of pairs to come and returns where it begins. */
  int reserve(int count) {
    if (count > words.length - top) {
      compact(count);
    }
    int start = top;
    top += count;
    return start;
  }

  /** Sets a word of a place that was reserved. */
  void word(int at, int word) {
    words[at] = word;
  }

  void push(long count, long pair, int wordsStart, int wordsCount) {
    if (FIELDS * size == heap.length) {
      heap = Arrays.copyOf(heap, Math.multiplyExact(2, heap.length));
    }
    int node = size++;
    while (node > 0) {
      int parent = node - 1 >> 2;
      if (!isBefore(count, pair, FIELDS * parent)) {
        break;
      }
      System.arraycopy(heap, FIELDS * parent, heap, FIELDS * node, FIELDS);
      node = parent;
    }
    set(node, count, pair, wordsStart, wordsCount);
  }

  private void siftDown(long count, long pair, long start, long length) {
    int node = 0;
    while (true) {
      int first = 4 * node + 1;
      if (first >= size) {
        break;
      }
      int best = first;
      int end = Math.min(first + 4, size);
      for (int child = first + 1; child < end; child++) {
        if (isBefore(heap[FIELDS * child], heap[FIELDS * child + 1], FIELDS * best)) {
          best = child;
        }
      }
      if (isBefore(count, pair, FIELDS * best)) {
        break;
      }
      System.arraycopy(heap, FIELDS * best, heap, FIELDS * node, FIELDS);
      node = best;
    }
    set(node, count, pair, start, length);
  }

  private boolean isBefore(long count, long pair, int at) {
    return count != heap[at] ? count > heap[at] : pair < heap[at + 1];
  }

  private void set(int node, long count, long pair, long start, long length) {
    int at = FIELDS * node;
    heap[at] = count;
    heap[at + 1] = pair;
    heap[at + 2] = start;
    heap[at + 3] = length;
  }

  /** Forgets the words of pairs that are no longer in the queue, and makes room. */
  private void compact(int need) {
    long live = 0;
    for (int node = 0; node < size; node++) {
      live += heap[FIELDS * node + 3];
    }
    long capacity = Math.max(live + live / 2, words.length) + need;
    int[] kept = new int[(int) Math.min(Integer.MAX_VALUE - 16, capacity)];
    int at = 0;
    for (int node = 0; node < size; node++) {
      int length = (int) heap[FIELDS * node + 3];
      System.arraycopy(words, (int) heap[FIELDS * node + 2], kept, at, length);
      heap[FIELDS * node + 2] = at;
      at += length;
    }
    words = kept;
    top = at;
  }
}

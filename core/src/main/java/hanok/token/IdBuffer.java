package hanok.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ids that are being collected: all of them, or some thousand at a time for a sink. */
final class IdBuffer {
  private static final int SINK_IDS = 4096;

  /** The ids, of which the first {@link #size} count. */
  int[] ids;

  int size;

  private final @Nullable IntSink sink;
  private final long limit;
  private long handed; // to the sink

  /** Collects all ids. */
  IdBuffer() {
    ids = new int[64];
    sink = null;
    limit = Long.MAX_VALUE;
  }

  /**
   * Hands ids to a sink, the last ones at {@link #flush}.
   *
   * @param limit with so many the caller may stop
   */
  IdBuffer(IntSink sink, long limit) {
    ids = new int[SINK_IDS];
    this.sink = sink;
    this.limit = limit;
  }

  void add(int id) {
    if (size == ids.length) {
      makeRoom(1);
    }
    ids[size++] = id;
  }

  void addAll(int[] more, int count) {
    System.arraycopy(more, 0, reserve(count), size, count);
    size += count;
  }

  /** {@link #ids}, with room for {@code count} more. */
  int[] reserve(int count) {
    if (count > ids.length - size) {
      makeRoom(count);
    }
    return ids;
  }

  private void makeRoom(int count) {
    flush();
    if (count > ids.length - size) {
      ids = Arrays.copyOf(ids, Math.max(2 * ids.length, size + count));
    }
  }

  /** Hands over what is here, if there is a sink. */
  void flush() {
    if (sink != null && size > 0) {
      sink.accept(ids, size);
      handed += size;
      size = 0;
    }
  }

  /** How many ids there were, with those that the sink has. */
  long total() {
    return handed + size;
  }

  /** Whether the limit is reached. */
  boolean isFull() {
    return total() >= limit;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}

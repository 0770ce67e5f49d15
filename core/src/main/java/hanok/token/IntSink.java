package hanok.token;

/** Takes ids as they come, some at a time. */
@FunctionalInterface
public interface IntSink {
  /** Takes {@code ids[0, count)}. The array is the giver's, who will write over it. */
  void accept(int[] ids, int count);
}

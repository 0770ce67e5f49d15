package hanok.constrain;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All the places where an automaton may be after the same bytes: for each stack of calls the states
 * that wait for a byte. Two of the same content are equal. Immutable, except that it remembers
 * where each class of bytes leads; threads may do so twice, to equal ends.
 */
final class Configuration {
  final CallStack[] stacks;
  final int[][] states; // [stacks][], ascending
  final boolean complete; // nothing more need come
  private final @Nullable Configuration[] next; // [classes]
  private final int hash;

  Configuration(Map<CallStack, SortedSet<Integer>> places, boolean complete, int classes) {
    this.complete = complete;
    stacks = places.keySet().toArray(CallStack[]::new);
    Arrays.sort(stacks, Configuration::compare);
    states = new int[stacks.length][];
    int sum = complete ? 1 : 0;
    for (int i = 0; i < stacks.length; i++) {
      SortedSet<Integer> here = places.getOrDefault(stacks[i], new TreeSet<>());
      states[i] = here.stream().mapToInt(Integer::intValue).toArray();
      sum = 31 * (31 * sum + stacks[i].hash()) + Arrays.hashCode(states[i]);
    }
    hash = sum;
    next = new Configuration[classes];
  }

  /** Any order will do; stacks of one hash may make equal configurations look different. */
  private static int compare(CallStack a, CallStack b) {
    return a.room() == b.room()
        ? Integer.compare(a.hash(), b.hash())
        : Integer.compare(a.room(), b.room());
  }

  /** Whether no byte may come. */
  boolean isStuck() {
    return stacks.length == 0;
  }

  /** Whether the bytes that led here begin nothing of the grammar. */
  boolean isDead() {
    return !complete && stacks.length == 0;
  }

  @Nullable Configuration next(int byteClass) {
    return next[byteClass];
  }

  void next(int byteClass, Configuration configuration) {
    next[byteClass] = configuration;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object == this
        || object instanceof Configuration other
            && hash == other.hash
            && complete == other.complete
            && Arrays.equals(stacks, other.stacks)
            && Arrays.deepEquals(states, other.states);
  }
}

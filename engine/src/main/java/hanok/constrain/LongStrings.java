package hanok.constrain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Strings that are counted have a state for each count, and so a set of allowed tokens for each.
 * But where neither bound is as near as the longest token is long, the sets are the same: here such
 * states are taken for one.
 */
final class LongStrings {

  /**
   * A string of bounded length.
   *
   * @param states after 0, 1, 2, … characters
   * @param least after how many it may end
   * @param open whether any number may follow the last state
   */
  record Count(int[] states, int least, boolean open) {}

  private final int[] alias; // [states], or empty if all stand for themselves
  private final int classes;

  LongStrings(Automaton automaton, int tokenBytesMax) {
    List<Count> counts = automaton.counts();
    classes = automaton.classes();
    alias = new int[counts.isEmpty() ? 0 : automaton.states()];
    Arrays.setAll(alias, state -> state);
    for (Count count : counts) {
      int last = count.states.length - 1;
      for (int i = 0; i <= last; i++) {
        boolean farFromMost = count.open || last - i > tokenBytesMax;
        if (farFromMost && count.least - i > tokenBytesMax) {
          alias[count.states[i]] = count.states[0];
        } else if (farFromMost && i >= count.least) {
          alias[count.states[i]] = count.states[count.least];
        }
      }
    }
  }

  /** A configuration in which the same tokens are allowed, the same for many. */
  Configuration alike(Configuration at) {
    if (alias.length == 0) {
      return at;
    }
    Map<CallStack, SortedSet<Integer>> places = new HashMap<>();
    for (int i = 0; i < at.stacks.length; i++) {
      SortedSet<Integer> here = places.computeIfAbsent(alike(at.stacks[i]), any -> new TreeSet<>());
      for (int state : at.states[i]) {
        here.add(alias[state]);
      }
    }
    return new Configuration(places, at.complete, classes);
  }

  private CallStack alike(CallStack stack) {
    CallStack parent = stack.parent();
    return parent == null ? stack : alike(parent).push(alias[stack.returnTo()]);
  }
}

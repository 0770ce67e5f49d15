package hanok.constrain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Follows an automaton byte by byte, and remembers the ways that were taken: a deterministic
 * automaton that is made as it is used. Thread-safe.
 *
 * <p>It forgets everything when it has made {@value #REMEMBERED_MAX}: what is still in use lives as
 * long as that, and is merely no longer shared. Of more than {@value #STACKS_MAX} stacks at once,
 * which a schema of equal alternatives can bring about, it follows the first: each of them ends
 * well, so that what is lost is only choice.
 */
final class Configurations {
  static final int REMEMBERED_MAX = 1 << 13;
  static final int STACKS_MAX = 256;

  private final Automaton automaton;
  private final Map<Configuration, Configuration> remembered = new ConcurrentHashMap<>();
  private volatile Configuration start;

  Configurations(Automaton automaton) {
    this.automaton = automaton;
    start = freshStart();
  }

  private Configuration freshStart() {
    return at(CallStack.bottom(Automaton.FRAMES_MAX), automaton.start());
  }

  /** Before the first byte. */
  Configuration start() {
    return start;
  }

  /** In the given states of the same rule, with {@code stack} below it. */
  Configuration at(CallStack stack, int... states) {
    Closure closure = new Closure();
    for (int state : states) {
      closure.add(state, stack);
    }
    return remember(closure.configuration());
  }

  /** After one more byte. */
  Configuration step(Configuration from, byte value) {
    int byteClass = automaton.classOf(value);
    Configuration known = from.next(byteClass);
    return known != null ? known : explore(from, byteClass);
  }

  /** After some more bytes; dead if they do not fit. */
  Configuration step(Configuration from, byte[] values) {
    Configuration at = from;
    for (byte value : values) {
      at = step(at, value);
    }
    return at;
  }

  private Configuration explore(Configuration from, int byteClass) {
    int value = automaton.sample(byteClass);
    Closure closure = new Closure();
    for (int i = 0; i < from.stacks.length; i++) {
      for (int state : from.states[i]) {
        for (int edge = automaton.firstEdge(state); edge < automaton.endEdge(state); edge++) {
          if (automaton.reads(edge, value)) {
            closure.add(automaton.target(edge), from.stacks[i]);
          }
        }
      }
    }
    Configuration found = remember(closure.configuration());
    from.next(byteClass, found);
    return found;
  }

  private Configuration remember(Configuration configuration) {
    Configuration known = remembered.putIfAbsent(configuration, configuration);
    if (known != null) {
      return known;
    }
    if (remembered.size() > REMEMBERED_MAX) {
      remembered.clear();
      start = freshStart();
    }
    return configuration;
  }

  /** A state of a rule, and where that rule returns to. */
  private record Place(int state, CallStack stack) {}

  /** Collects where one is without reading a byte: it takes skips, enters calls, and returns. */
  private final class Closure {
    private final Map<CallStack, SortedSet<Integer>> waiting = new HashMap<>();
    private final Set<CallStack> stacks = new HashSet<>();
    private final Set<Place> seen = new HashSet<>();
    private final Deque<Place> open = new ArrayDeque<>();
    private boolean complete;

    void add(int state, CallStack stack) {
      enter(state, stack);
      while (!open.isEmpty()) {
        visit(open.pop());
      }
    }

    private void enter(int state, CallStack stack) {
      if (automaton.need(state) > stack.room()
          || stacks.size() == STACKS_MAX && !stacks.contains(stack)) {
        return;
      }
      Place place = new Place(state, stack);
      if (seen.add(place)) {
        stacks.add(stack);
        open.push(place);
      }
    }

    private void visit(Place place) {
      int state = place.state;
      CallStack stack = place.stack;
      if (automaton.isEnd(state)) {
        CallStack parent = stack.parent();
        if (parent == null) {
          complete = true;
        } else {
          enter(stack.returnTo(), parent);
        }
      }
      boolean reads = false;
      for (int edge = automaton.firstEdge(state); edge < automaton.endEdge(state); edge++) {
        int target = automaton.target(edge);
        if (automaton.isSkip(edge)) {
          enter(target, stack);
        } else if (!automaton.isCall(edge)) {
          reads |= automaton.need(target) <= stack.room();
        } else if (automaton.isTailCall(edge)) {
          enter(automaton.ruleStart(automaton.callee(edge)), stack);
        } else if (stack.room() > 0 && automaton.need(target) <= stack.room()) {
          enter(automaton.ruleStart(automaton.callee(edge)), stack.push(target));
        }
      }
      if (reads) {
        waiting.computeIfAbsent(stack, any -> new TreeSet<>()).add(state);
      }
    }

    Configuration configuration() {
      return new Configuration(waiting, complete, automaton.classes());
    }
  }
}

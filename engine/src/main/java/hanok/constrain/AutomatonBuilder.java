package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws the states and edges of an {@link Automaton}. Everything that is drawn leads from one given
 * state to another, so that parts compose; a part adds no edge into its first state and none out of
 * its last. States and edges are counted against one budget: what needs more is refused, whatever
 * made it large.
 */
final class AutomatonBuilder {
  static final int SKIP = -1;
  static final int EDGES_MAX = 1_000_000;
  static final int STATES_MAX = 300_000;

  private final IntList from = new IntList();
  private final IntList labels = new IntList();
  private final IntList targets = new IntList();
  private final IntList ruleStarts = new IntList();
  private final IntList ruleEnds = new IntList();
  private final List<LongStrings.Count> counts = new ArrayList<>();
  private int states;

  int state() {
    if (states == STATES_MAX) {
      throw new IllegalArgumentException(
          "the schema is too large: it needs more than %d states".formatted(STATES_MAX));
    }
    return states++;
  }

  /** A new rule, from its {@link #start} to its {@link #end}, that may be called from anywhere. */
  int rule() {
    ruleStarts.add(state());
    ruleEnds.add(state());
    return ruleStarts.size() - 1;
  }

  int start(int rule) {
    return ruleStarts.at(rule);
  }

  int end(int rule) {
    return ruleEnds.at(rule);
  }

  /** One byte of {@code [low, high]}. */
  void bytes(int from, int low, int high, int to) {
    edge(from, low << 8 | high, to);
  }

  void skip(int from, int to) {
    edge(from, SKIP, to);
  }

  void call(int from, int rule, int to) {
    edge(from, SKIP - 1 - rule, to);
  }

  /** The bytes of {@code text} in UTF-8; it is not empty. */
  void text(int from, String text, int to) {
    byte[] bytes = text.getBytes(UTF_8);
    int at = from;
    for (int i = 0; i < bytes.length; i++) {
      int next = i == bytes.length - 1 ? to : state();
      bytes(at, bytes[i] & 0xff, bytes[i] & 0xff, next);
      at = next;
    }
  }

  /** Tells of states that count the characters of a string. */
  void count(LongStrings.Count count) {
    counts.add(count);
  }

  private void edge(int source, int label, int to) {
    if (from.size() == EDGES_MAX) {
      throw new IllegalArgumentException(
          "the schema is too large: it needs more than %d edges".formatted(EDGES_MAX));
    }
    from.add(source);
    labels.add(label);
    targets.add(to);
  }

  /** The automaton of all that {@code rule} spells. */
  Automaton build(int rule) {
    int[] sources = from.toArray();
    int[] offsets = new int[states + 1];
    for (int source : sources) {
      offsets[source + 1]++;
    }
    for (int s = 0; s < states; s++) {
      offsets[s + 1] += offsets[s];
    }
    int[] next = offsets.clone();
    int[] label = new int[sources.length];
    int[] target = new int[sources.length];
    for (int edge = 0; edge < sources.length; edge++) {
      int slot = next[sources[edge]]++;
      label[slot] = labels.at(edge);
      target[slot] = targets.at(edge);
    }
    int[] starts = ruleStarts.toArray();
    return new Automaton(
        offsets, label, target, starts, ruleEnds.toArray(), starts[rule], List.copyOf(counts));
  }
}

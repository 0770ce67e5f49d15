package hanok.constrain;

import java.util.Arrays;
import java.util.List;

/**
 * A pushdown automaton over bytes: a graph of states whose edges read a byte, read nothing, or call
 * a rule and come back to a state, as a function does. It is not deterministic; {@link
 * Configurations} follows all ways at once. Immutable.
 *
 * <p>Calls nest {@value #FRAMES_MAX} deep at most. So that nobody enters what could not be left
 * within that, {@code need} says for each state how many frames more the cheapest way to the end of
 * its rule takes; where there is none, the state is dead. A call that is the last thing its rule
 * does takes no frame.
 */
final class Automaton {
  /** Objects and arrays within one another, and one more for what is in the innermost. */
  static final int FRAMES_MAX = 64;

  static final int DEAD = Integer.MAX_VALUE;

  private final int[] offsets; // [states + 1], where the edges of a state begin
  private final int[] labels; // [edges], low << 8 | high, SKIP, or SKIP - 1 - rule
  private final int[] targets; // [edges]
  private final int[] ruleStarts;
  private final boolean[] ends; // [states]
  private final int[] need; // [states]
  private final boolean[] calls; // [states], whether a frame may be pushed before its rule's end
  private final byte[] classes = new byte[256]; // bytes that no edge tells apart
  private final int[] samples; // [classes], a byte of each
  private final int start;
  private final List<LongStrings.Count> counts;

  Automaton(
      int[] offsets,
      int[] labels,
      int[] targets,
      int[] starts,
      int[] ends,
      int start,
      List<LongStrings.Count> counts) {
    this.counts = counts;
    this.offsets = offsets;
    this.labels = labels;
    this.targets = targets;
    ruleStarts = starts;
    this.ends = new boolean[states()];
    for (int end : ends) {
      this.ends[end] = true;
    }
    this.start = start;
    FrameNeeds needs = new FrameNeeds(this, ends);
    need = needs.need();
    calls = needs.calls();
    samples = classify();
  }

  private int[] classify() {
    boolean[] begins = new boolean[257];
    begins[0] = true;
    for (int label : labels) {
      if (label >= 0) {
        begins[label >> 8] = true;
        begins[(label & 0xff) + 1] = true;
      }
    }
    int[] found = new int[256];
    int count = 0;
    for (int b = 0; b < 256; b++) {
      if (begins[b]) {
        found[count++] = b;
      }
      classes[b] = (byte) (count - 1);
    }
    return Arrays.copyOf(found, count);
  }

  int states() {
    return offsets.length - 1;
  }

  int edges() {
    return labels.length;
  }

  List<LongStrings.Count> counts() {
    return counts;
  }

  int start() {
    return start;
  }

  int firstEdge(int state) {
    return offsets[state];
  }

  int endEdge(int state) {
    return offsets[state + 1];
  }

  boolean isCall(int edge) {
    return labels[edge] < AutomatonBuilder.SKIP;
  }

  boolean isSkip(int edge) {
    return labels[edge] == AutomatonBuilder.SKIP;
  }

  boolean reads(int edge, int value) {
    int label = labels[edge];
    return label >= 0 && label >> 8 <= value && value <= (label & 0xff);
  }

  int target(int edge) {
    return targets[edge];
  }

  /** The rule that a call edge calls. */
  int callee(int edge) {
    return AutomatonBuilder.SKIP - 1 - labels[edge];
  }

  int ruleStart(int rule) {
    return ruleStarts[rule];
  }

  int rules() {
    return ruleStarts.length;
  }

  /** Whether a call edge takes no frame, since nothing follows it in its rule. */
  boolean isTailCall(int edge) {
    return ends[targets[edge]];
  }

  boolean isEnd(int state) {
    return ends[state];
  }

  int need(int state) {
    return need[state];
  }

  boolean calls(int state) {
    return calls[state];
  }

  /** The class of a byte, {@code [0, classes())}. */
  int classOf(byte value) {
    return classes[value & 0xff] & 0xff;
  }

  int classes() {
    return samples.length;
  }

  /** A byte of a class. */
  int sample(int byteClass) {
    return samples[byteClass];
  }
}

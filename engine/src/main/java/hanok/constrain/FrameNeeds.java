package hanok.constrain;

import java.util.Arrays;

/**
 * How many frames each state of an {@link Automaton} needs to come to the end of its rule, and
 * which of them may push one: shortest paths, where the length of a path is its deepest call.
 */
final class FrameNeeds {
  private final Automaton automaton;
  private final int[] ends;
  private final int[] source; // [edges]
  private final int[] need;
  private final Reverse intoState;
  private final Reverse intoRule;
  private final IntList[] pending = new IntList[Automaton.FRAMES_MAX + 1];

  FrameNeeds(Automaton automaton, int[] ends) {
    this.automaton = automaton;
    this.ends = ends;
    source = new int[automaton.edges()];
    int[] target = new int[source.length];
    int[] callee = new int[source.length];
    for (int state = 0; state < automaton.states(); state++) {
      for (int edge = automaton.firstEdge(state); edge < automaton.endEdge(state); edge++) {
        source[edge] = state;
        target[edge] = automaton.target(edge);
        callee[edge] =
            automaton.isCall(edge) ? automaton.ruleStart(automaton.callee(edge)) : Reverse.NONE;
      }
    }
    intoState = new Reverse(automaton.states(), target);
    intoRule = new Reverse(automaton.states(), callee);
    need = new int[automaton.states()];
  }

  /** The edges that lead to each state. */
  private static final class Reverse {
    static final int NONE = -1;
    private final int[] first; // [states], an edge
    private final int[] next; // [edges]

    Reverse(int states, int[] target) {
      first = new int[states];
      next = new int[target.length];
      Arrays.fill(first, NONE);
      for (int edge = 0; edge < target.length; edge++) {
        if (target[edge] != NONE) {
          next[edge] = first[target[edge]];
          first[target[edge]] = edge;
        }
      }
    }
  }

  int[] need() {
    Arrays.fill(need, Automaton.DEAD);
    for (int level = 0; level < pending.length; level++) {
      pending[level] = new IntList();
    }
    for (int end : ends) {
      pending[0].add(end);
    }
    for (int level = 0; level < pending.length; level++) {
      while (!pending[level].isEmpty()) {
        int state = pending[level].removeLast();
        if (need[state] == Automaton.DEAD) {
          need[state] = level;
          relax(intoState, state);
          relax(intoRule, state);
        }
      }
    }
    return need;
  }

  private void relax(Reverse into, int state) {
    for (int edge = into.first[state]; edge != Reverse.NONE; edge = into.next[edge]) {
      int length = need[automaton.target(edge)];
      if (length != Automaton.DEAD && automaton.isCall(edge)) {
        int callee = need[automaton.ruleStart(automaton.callee(edge))];
        int frames = automaton.isTailCall(edge) ? 0 : 1;
        length = callee == Automaton.DEAD ? callee : Math.max(length, callee + frames);
      }
      if (length <= Automaton.FRAMES_MAX) {
        pending[length].add(source[edge]);
      }
    }
  }

  /** Call after {@link #need}. */
  boolean[] calls() {
    boolean[] calls = new boolean[automaton.states()];
    IntList found = new IntList();
    for (int edge = 0; edge < source.length; edge++) {
      if (automaton.isCall(edge) && !automaton.isTailCall(edge)) {
        found.add(source[edge]);
      }
    }
    while (!found.isEmpty()) {
      int state = found.removeLast();
      if (!calls[state]) {
        calls[state] = true;
        addSources(intoState, state, found);
        addSources(intoRule, state, found);
      }
    }
    return calls;
  }

  private void addSources(Reverse into, int state, IntList found) {
    for (int edge = into.first[state]; edge != Reverse.NONE; edge = into.next[edge]) {
      found.add(source[edge]);
    }
  }
}

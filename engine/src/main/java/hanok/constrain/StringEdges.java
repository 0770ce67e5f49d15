package hanok.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Draws strings in quotes: of a length, of a pattern, of both, or other than some. */
final class StringEdges {
  /** Places in a pattern; what repeats counts once for each time. */
  static final int PLACES_MAX = 20_000;

  private final JsonSyntax syntax;
  private final AutomatonBuilder builder;

  StringEdges(JsonSyntax syntax) {
    this.syntax = syntax;
    builder = syntax.builder;
  }

  /**
   * Strings of a length in code points.
   *
   * @param most -1 for no limit
   */
  void ofLength(int from, int least, int most, int to) {
    if (least == 0 && most < 0) {
      builder.call(from, syntax.string(), to);
      return;
    }
    int[] states = new int[Math.max(least, most) + 1];
    for (int i = 0; i < states.length; i++) {
      states[i] = builder.state();
    }
    builder.text(from, "\"", states[0]);
    for (int i = 0; i < states.length; i++) {
      if (i >= least && most >= 0) {
        builder.text(states[i], "\"", to);
      }
      if (i + 1 < states.length) {
        builder.call(states[i], syntax.character(), states[i + 1]);
      }
    }
    if (most < 0) {
      builder.call(states[least], syntax.restOfString(), to);
    }
    builder.count(new LongStrings.Count(states, least, most < 0));
  }

  /** Strings that match a pattern and are of a length in code points; most is -1 for no limit. */
  void ofPattern(int from, Pattern pattern, int least, int most, String pointer, int to) {
    Places places = new Places(pointer);
    int first = places.place();
    int last = places.place();
    places.draw(pattern, first, last);
    int opened = builder.state();
    builder.text(from, "\"", opened);
    new Counting(places, last, least, most, to).draw(first, opened);
  }

  /**
   * Strings that are none of {@code names}, without escapes that could hide one: as keys of members
   * beside declared ones.
   */
  void except(int from, Set<String> names, int to) {
    int free = builder.state();
    syntax.codePoint(free, CodePoints.ALL, free);
    builder.text(free, "\"", to);
    Node root = new Node(builder.state());
    builder.text(from, "\"", root.state);
    List<Node> nodes = new ArrayList<>(List.of(root));
    for (String name : names) {
      Node at = root;
      for (int c : name.codePoints().toArray()) {
        Node next = at.children.get(c);
        if (next == null) {
          next = new Node(builder.state());
          at.children.put(c, next);
          nodes.add(next);
        }
        at = next;
      }
      at.isName = true;
    }
    for (Node node : nodes) {
      IntList taken = new IntList();
      node.children.forEach((c, child) -> {
        taken.add(c);
        taken.add(c);
        syntax.codePoint(node.state, CodePoints.of(c, c), child.state);
      });
      syntax.codePoint(node.state, CodePoints.of(taken.toArray()).complement(), free);
      if (!node.isName) {
        builder.text(node.state, "\"", to);
      }
    }
  }

  /** What begins one of some names. */
  private static final class Node {
    final int state;
    final Map<Integer, Node> children = new HashMap<>();
    boolean isName;

    Node(int state) {
      this.state = state;
    }
  }

  /** A nondeterministic automaton over code points. */
  private static final class Places {
    private final String pointer;
    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Integer>> skips = new ArrayList<>();
    private int steps;

    record Edge(CodePoints set, int to) {}

    Places(String pointer) {
      this.pointer = pointer;
    }

    int place() {
      edges.add(new ArrayList<>());
      skips.add(new ArrayList<>());
      return edges.size() - 1;
    }

    void draw(Pattern pattern, int from, int to) {
      if (++steps > PLACES_MAX) {
        throw new IllegalArgumentException(
            "%s: the pattern, with what it repeats, has more than %d parts"
                .formatted(pointer, PLACES_MAX));
      }
      switch (pattern) {
        case Pattern.Chars chars -> edges.get(from).add(new Edge(chars.set(), to));
        case Pattern.Choice choice -> choice.parts().forEach(part -> draw(part, from, to));
        case Pattern.Sequence sequence -> {
          int at = from;
          for (Pattern part : sequence.parts()) {
            int next = place();
            draw(part, at, next);
            at = next;
          }
          skips.get(at).add(to);
        }
        case Pattern.Repeat repeat -> repeat(repeat, from, to);
      }
    }

    private void repeat(Pattern.Repeat repeat, int from, int to) {
      int at = place();
      skips.get(from).add(at);
      for (int i = 0; i < repeat.least(); i++) {
        int next = place();
        draw(repeat.part(), at, next);
        at = next;
      }
      if (repeat.most() < 0) {
        int back = place();
        draw(repeat.part(), at, back);
        skips.get(back).add(at);
      }
      for (int i = repeat.least(); i < repeat.most(); i++) {
        skips.get(at).add(to);
        int next = place();
        draw(repeat.part(), at, next);
        at = next;
      }
      skips.get(at).add(to);
    }
  }

  /** A pattern and a count of characters, side by side. */
  private final class Counting {
    private final Places places;
    private final int last;
    private final int least;
    private final int most;
    private final int to;
    private final Map<Long, Integer> states = new HashMap<>();
    private final Deque<Counted> open = new ArrayDeque<>();

    /** After {@code count} characters at a place. */
    private record Counted(int place, int count, int state) {}

    Counting(Places places, int last, int least, int most, int to) {
      this.places = places;
      this.last = last;
      this.least = least;
      this.most = most;
      this.to = to;
    }

    void draw(int first, int opened) {
      builder.skip(opened, state(first, 0));
      while (!open.isEmpty()) {
        edges(open.pop());
      }
    }

    private void edges(Counted at) {
      if (at.place == last && at.count >= least) {
        builder.text(at.state, "\"", to);
      }
      for (int skip : places.skips.get(at.place)) {
        builder.skip(at.state, state(skip, at.count));
      }
      if (most < 0 || at.count < most) {
        int more = most < 0 ? Math.min(at.count + 1, least) : at.count + 1;
        for (Places.Edge edge : places.edges.get(at.place)) {
          syntax.codePoint(at.state, edge.set(), state(edge.to(), more));
        }
      }
    }

    private int state(int place, int count) {
      long key = (long) place << 32 | count;
      Integer known = states.get(key);
      if (known != null) {
        return known;
      }
      int state = builder.state();
      states.put(key, state);
      open.push(new Counted(place, count, state));
      return state;
    }
  }
}

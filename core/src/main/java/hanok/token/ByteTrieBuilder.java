package hanok.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ByteTrie}: first a tree of nodes in a hash table, then the nodes' children are
 * placed in the double array, those with many first and those with one last, which fills the
 * gaps. Free cells are chained, and only so many are tried. Nothing is sorted.
 */
final class ByteTrieBuilder {
  static final int ROOT = 0;

  /** Nodes with so many children are placed before all others, while there is room. */
  private static final int WIDE = 8;

  /** How many free cells are tried for a node's children before they get new ones. */
  private static final int TRIES_MAX = 32;

  private static final int SPAN = 256; // cells that children may lie apart

  // The tree: nodes in the order in which they came, so parents before children.
  private int[] parents;
  private byte[] labels;
  private int[] tokens; // number plus one, 0 for none
  private int nodes = 1;
  private int[] slots; // hash table of (parent, label): node, 0 for none

  // Its children, grouped by parent.
  private int[] firsts = {}; // [nodes + 1]
  private int[] children = {};

  // The double array.
  private int[] bases = {}; // [nodes]
  private int[] places = {}; // [nodes]: the cell of a node
  private int[] nextFree = {}; // [cells]: chain of free cells; -1 for a cell that is taken
  private int[] previousFree = {};
  private boolean[] baseUsed = {};
  private int firstFree;
  private int top; // behind the last cell that is taken

  ByteTrieBuilder(int nodesExpected) {
    int capacity = Math.max(SPAN, nodesExpected);
    parents = new int[capacity];
    labels = new byte[capacity];
    tokens = new int[capacity];
    slots = new int[2 * Integer.highestOneBit(2 * capacity - 1)];
  }

  /** The child of {@code node} that {@code label} leads to; a new one if there is none. */
  int child(int node, byte label) {
    int slot = slot(node, label);
    for (int child; (child = slots[slot]) != 0; slot = slot + 1 & slots.length - 1) {
      if (parents[child] == node && labels[child] == label) {
        return child;
      }
    }
    if (nodes == parents.length) {
      grow();
      return child(node, label);
    }
    parents[nodes] = node;
    labels[nodes] = label;
    slots[slot] = nodes;
    return nodes++;
  }

  private int slot(int node, byte label) {
    long key = (long) node << 8 | label & 0xFF;
    return (int) (key * 0x9E3779B97F4A7C15L >>> 32) & slots.length - 1;
  }

  private void grow() {
    parents = Arrays.copyOf(parents, 2 * nodes);
    labels = Arrays.copyOf(labels, 2 * nodes);
    tokens = Arrays.copyOf(tokens, 2 * nodes);
    slots = new int[2 * slots.length];
    for (int node = 1; node < nodes; node++) {
      int slot = slot(parents[node], labels[node]);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = node;
    }
  }

  /** Says that the bytes that lead to a node are a token. */
  void set(int node, int token) {
    tokens[node] = token + 1;
  }

  /** For each token, the longest other one that it begins with, or -1. */
  int[] prefixes(int count) {
    int[] longest = new int[nodes]; // of a node, among those above it; plus one
    int[] prefixes = new int[count];
    for (int node = 1; node < nodes; node++) {
      int parent = parents[node];
      longest[node] = tokens[parent] != 0 ? tokens[parent] : longest[parent];
      if (tokens[node] != 0) {
        prefixes[tokens[node] - 1] = longest[node] - 1;
      }
    }
    return prefixes;
  }

  /** Null if the nodes need more cells than a {@link ByteTrie} can have. */
  @Nullable ByteTrie build() {
    if (nodes > ByteTrie.BASE_MAX / 2) {
      return null;
    }
    groupChildren();
    bases = new int[nodes];
    places = new int[nodes];
    reserve(2 * nodes + 4 * SPAN);
    top = 2 * SPAN; // below are the children of those that have none, and every base is above
    for (int cell = 0; cell < top; cell++) {
      take(cell);
    }
    if (!placeAll(WIDE, SPAN) || !placeAll(2, WIDE - 1) || !placeAll(1, 1)) {
      return null;
    }
    long[] cells = new long[top + SPAN];
    for (int node = 1; node < nodes; node++) {
      cells[places[node]] =
          (long) tokens[node] << ByteTrie.TOKEN_SHIFT
              | (long) bases[node] << ByteTrie.BASE_SHIFT
              | ByteTrie.TAKEN
              | labels[node] & 0xFF;
    }
    return new ByteTrie(cells, bases[ROOT]);
  }

  private void groupChildren() {
    firsts = new int[nodes + 1];
    children = new int[nodes];
    for (int node = 1; node < nodes; node++) {
      firsts[parents[node] + 1]++;
    }
    for (int node = 0; node < nodes; node++) {
      firsts[node + 1] += firsts[node];
    }
    int[] at = Arrays.copyOf(firsts, nodes);
    for (int node = 1; node < nodes; node++) {
      children[at[parents[node]]++] = node;
    }
  }

  /** Places the children of nodes that have so many; false if there are too many cells. */
  private boolean placeAll(int least, int most) {
    for (int node = 0; node < nodes; node++) {
      int count = firsts[node + 1] - firsts[node];
      if (count >= least && count <= most) {
        place(node);
      }
      if (top > ByteTrie.BASE_MAX) {
        return false;
      }
    }
    return true;
  }

  private void place(int node) {
    int from = firsts[node];
    int to = firsts[node + 1];
    int base = base(from, to);
    bases[node] = base;
    baseUsed[base] = true;
    for (int i = from; i < to; i++) {
      int cell = base + (labels[children[i]] & 0xFF);
      take(cell);
      places[children[i]] = cell;
      top = Math.max(top, cell + 1);
    }
  }

  /** A base that nobody has, where {@code children[from, to)} fall on free cells. */
  private int base(int from, int to) {
    int label = labels[children[from]] & 0xFF;
    reserve(top + 2 * SPAN);
    int cell = firstFree;
    for (int i = 0; i < TRIES_MAX && cell < top; i++) {
      if (fits(cell - label, from, to)) {
        return cell - label;
      }
      cell = nextFree[cell];
    }
    int least = SPAN;
    for (int i = from; i < to; i++) {
      least = Math.min(least, labels[children[i]] & 0xFF);
    }
    int base = top - least;
    while (baseUsed[base]) {
      base++;
      reserve(base + 2 * SPAN);
    }
    return base;
  }

  private boolean fits(int base, int from, int to) {
    if (baseUsed[base]) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (nextFree[base + (labels[children[i]] & 0xFF)] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Has at least so many cells. */
  private void reserve(int cells) {
    int there = nextFree.length;
    if (cells <= there) {
      return;
    }
    int wanted = Math.max(cells, 3 * there / 2);
    nextFree = Arrays.copyOf(nextFree, wanted);
    previousFree = Arrays.copyOf(previousFree, wanted);
    baseUsed = Arrays.copyOf(baseUsed, wanted);
    int last = there - 1; // the last free cell; the one behind it is the first new one already
    while (last >= 0 && nextFree[last] < 0) {
      last--;
    }
    for (int cell = there; cell < wanted; cell++) {
      nextFree[cell] = cell + 1;
      previousFree[cell] = last;
      last = cell;
    }
  }

  private void take(int cell) {
    int next = nextFree[cell];
    int previous = previousFree[cell];
    if (previous >= 0) {
      nextFree[previous] = next;
    } else {
      firstFree = next;
    }
    if (next < previousFree.length) {
      previousFree[next] = previous;
    }
    nextFree[cell] = -1;
  }
}

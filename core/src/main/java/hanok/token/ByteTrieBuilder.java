package hanok.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ByteTrie}: first a tree of nodes in a hash table, then the nodes' children are
 * placed in the double array, in the order in which the nodes came: what is learned first is needed
 * most, and comes to lie together; an only child lies near its parent, in the same cache line if it
 * can. What is taken is kept as bits, so 64 places are tried at once.
 */
final class ByteTrieBuilder {
  static final int ROOT = 0;

  /** Cells of a cache line. */
  private static final int LINE = 8;

  private static final int SPAN = 256; // cells that children may lie apart

  /** After so many words of 64 places that were tried in vain, what lies before is given up. */
  private static final int WORDS_MAX = 16;

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
  private long[] taken = {}; // bits: cells
  private long[] used = {}; // bits: bases
  private final int[] cursors = new int[4]; // by number of children: the first base to try
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
    // Below are the children of those that have none; every base is above, so none is 0.
    top = 2 * SPAN;
    reserve(nodes + nodes / 8 + 4 * SPAN);
    Arrays.fill(taken, 0, top / Long.SIZE, -1);
    Arrays.fill(cursors, SPAN);
    for (int node = 0; node < nodes; node++) {
      place(node);
      if (top > ByteTrie.BASE_MAX) {
        return null;
      }
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

  private void place(int node) {
    int from = firsts[node];
    int to = firsts[node + 1];
    if (to == from) {
      return;
    }
    reserve(top + 2 * SPAN);
    int base = to - from == 1 ? near(places[node], from) : 0;
    base = base > 0 ? base : base(from, to);
    bases[node] = base;
    set(used, base);
    for (int i = from; i < to; i++) {
      int cell = base + (labels[children[i]] & 0xFF);
      set(taken, cell);
      places[children[i]] = cell;
      top = Math.max(top, cell + 1);
    }
  }

  /** The base that brings an only child nearest behind the begin of its parent's line; or 0. */
  private int near(int place, int child) {
    int base = (place & -LINE) - (labels[children[child]] & 0xFF);
    if (base < SPAN) {
      return 0;
    }
    long free = free(base, child, child + 1);
    return free == 0 ? 0 : base + Long.numberOfTrailingZeros(free);
  }

  /** A base that nobody has, where {@code children[from, to)} fall on free cells. */
  private int base(int from, int to) {
    int size = Math.min(to - from, cursors.length) - 1;
    int base = cursors[size];
    int tried = 0;
    long free = free(base, from, to);
    while (free == 0) {
      base += Long.SIZE;
      tried++;
      reserve(base + 2 * SPAN);
      free = free(base, from, to);
    }
    if (tried > WORDS_MAX) {
      cursors[size] = base;
    }
    return base + Long.numberOfTrailingZeros(free);
  }

  /** Of 64 bases, as bits, which nobody has and bring {@code children[from, to)} on free cells. */
  private long free(int base, int from, int to) {
    long blocked = word(used, base);
    for (int i = from; i < to && blocked != -1; i++) {
      blocked |= word(taken, base + (labels[children[i]] & 0xFF));
    }
    return ~blocked;
  }

  /** Bits {@code [at, at + 64)}. */
  private static long word(long[] bits, int at) {
    int index = at >> 6;
    return bits[index] >>> at | bits[index + 1] << 1 << ~at;
  }

  private static void set(long[] bits, int at) {
    bits[at >> 6] |= 1L << at;
  }

  /** Has bits for at least so many cells, and for the word behind them. */
  private void reserve(int cells) {
    int words = (cells >> 6) + 2;
    if (words > taken.length) {
      words = Math.max(words, 3 * taken.length / 2);
      taken = Arrays.copyOf(taken, words);
      used = Arrays.copyOf(used, words);
    }
  }
}

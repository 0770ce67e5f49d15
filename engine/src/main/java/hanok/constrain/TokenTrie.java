package hanok.constrain;

import hanok.token.Tokenizer;
import java.util.Arrays;

/**
 * The tokens of a vocabulary that are text, by their bytes: a tree that is written down in the
 * order in which it is walked. Immutable and thread-safe. Tokens that steer the model, that end an
 * answer, or that are empty are not in it.
 *
 * <p>If some byte is no token by itself, an answer may come to where no token fits, {@link
 * Constraint#mustEnd}.
 */
public final class TokenTrie {
  static final int ROOT = 0;

  private final Tokenizer tokenizer;
  private final int vocab;
  private final int[] endIds; // tokens that end an answer
  private final int[] ids; // all tokens here, by their bytes
  private byte[] labels = new byte[1024]; // [nodes], the last byte
  private int[] depths = new int[1024]; // [nodes], how many bytes
  private int[] ends = new int[1024]; // [nodes], the first node that is not below it
  private int[] firsts = new int[1024]; // [nodes + 1], where its tokens begin
  private int nodes;
  private int depthMax;

  private TokenTrie(Tokenizer tokenizer, int[] endIds, int[] ids, byte[][] spelled) {
    this.tokenizer = tokenizer;
    vocab = tokenizer.vocab();
    this.endIds = endIds;
    this.ids = ids;
    build(spelled);
  }

  public static TokenTrie of(Tokenizer tokenizer) {
    int vocab = tokenizer.vocab();
    byte[][] bytes = new byte[vocab][];
    IntList ids = new IntList();
    IntList endIds = new IntList();
    for (int id = 0; id < vocab; id++) {
      bytes[id] = tokenizer.bytes(id);
      if (tokenizer.isEndOfGeneration(id)) {
        endIds.add(id);
      } else if (!tokenizer.isControl(id) && bytes[id].length > 0) {
        ids.add(id);
      }
    }
    int[] sorted =
        Arrays.stream(ids.toArray())
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    byte[][] spelled = new byte[sorted.length][];
    Arrays.setAll(spelled, i -> bytes[sorted[i]]);
    return new TokenTrie(tokenizer, endIds.toArray(), sorted, spelled);
  }

  private void build(byte[][] spelled) {
    int longest = 0;
    for (byte[] token : spelled) {
      longest = Math.max(longest, token.length);
    }
    int[] path = new int[longest + 1]; // the nodes above
    int depth = 0;
    path[0] = addNode((byte) 0, 0, 0);
    byte[] before = {};
    for (int i = 0; i < spelled.length; i++) {
      byte[] token = spelled[i];
      int differs = Arrays.mismatch(before, token);
      int shared = differs < 0 ? token.length : differs;
      for (; depth > shared; depth--) {
        ends[path[depth]] = nodes;
      }
      for (; depth < token.length; depth++) {
        path[depth + 1] = addNode(token[depth], depth + 1, i);
      }
      before = token;
    }
    for (; depth >= 0; depth--) {
      ends[path[depth]] = nodes;
    }
    addNode((byte) 0, 0, spelled.length);
    nodes--;
    depthMax = longest;
  }

  private int addNode(byte label, int depth, int firstToken) {
    if (nodes == labels.length) {
      labels = Arrays.copyOf(labels, 2 * nodes);
      depths = Arrays.copyOf(depths, 2 * nodes);
      ends = Arrays.copyOf(ends, 2 * nodes);
      firsts = Arrays.copyOf(firsts, 2 * nodes);
    }
    labels[nodes] = label;
    depths[nodes] = depth;
    firsts[nodes] = firstToken;
    return nodes++;
  }

  int vocab() {
    return vocab;
  }

  /** Longs of a set of tokens. */
  int words() {
    return (vocab + 63) / 64;
  }

  int[] endIds() {
    return endIds;
  }

  boolean endsAnswer(int id) {
    return tokenizer.isEndOfGeneration(id);
  }

  byte[] bytes(int id) {
    return tokenizer.bytes(id);
  }

  int depthMax() {
    return depthMax;
  }

  byte label(int node) {
    return labels[node];
  }

  int depth(int node) {
    return depths[node];
  }

  int end(int node) {
    return ends[node];
  }

  boolean hasChildren(int node) {
    return ends[node] > node + 1;
  }

  /** Adds the tokens that end at a node to a set. */
  void addTokens(int node, long[] set) {
    for (int i = firsts[node]; i < firsts[node + 1]; i++) {
      set[ids[i] >> 6] |= 1L << ids[i];
    }
  }
}

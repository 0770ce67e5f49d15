package hanok.constrain;

import hanok.token.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bytes of all ordinary tokens as a tree, in the order in which it is walked: a node is a byte,
 * its depth, and how far its subtree reaches. Control tokens are no text and are not in it.
 * Immutable and thread-safe; one serves all grammars of a model.
 */
public final class TokenTrie {
  private final int vocab;
  private final long[] endOfGeneration; // [ceil(vocab / 64)]
  private final byte[][] bytes; // [vocab], empty for what is not in the tree

  private byte[] nodeByte; // [nodes]
  private int[] nodeDepth; // [nodes], 1 for the first byte of a token
  private int[] nodeEnd; // [nodes], the first node behind the subtree
  private int[] firstToken; // [nodes + 1], in tokens
  private int[] tokens; // those that end at the nodes, node by node
  private int nodes;

  private TokenTrie(Tokenizer tokenizer) {
    vocab = tokenizer.vocab();
    endOfGeneration = new long[(vocab + 63) >> 6];
    bytes = new byte[vocab][];
    int total = 1;
    for (int id = 0; id < vocab; id++) {
      bytes[id] = tokenizer.isControl(id) ? new byte[0] : tokenizer.bytes(id);
      total += bytes[id].length;
      if (tokenizer.isEndOfGeneration(id)) {
        endOfGeneration[id >> 6] |= 1L << id;
      }
    }
    nodeByte = new byte[total];
    nodeDepth = new int[total];
    nodeEnd = new int[total];
    firstToken = new int[total + 1];
    List<Integer> sorted =
        IntStream.range(0, vocab)
            .filter(id -> bytes[id].length > 0)
            .boxed()
            .sorted(Comparator.comparing(id -> bytes[id], Arrays::compareUnsigned))
            .toList();
    tokens = new int[sorted.size()];
    build(sorted);
  }

  /** The tree of a tokenizer's tokens. */
  public static TokenTrie of(Tokenizer tokenizer) {
    return new TokenTrie(tokenizer);
  }

  private void build(List<Integer> sorted) {
    int[] path = new int[nodeByte.length + 1]; // nodes above, by depth
    byte[] before = {};
    int depth = 0;
    int count = 0;
    for (int id : sorted) {
      byte[] token = bytes[id];
      int common = Arrays.mismatch(before, token);
      common = common < 0 ? token.length : common;
      for (; depth > common; depth--) {
        nodeEnd[path[depth]] = nodes;
      }
      for (; depth < token.length; depth++) {
        firstToken[nodes] = count;
        nodeByte[nodes] = token[depth];
        nodeDepth[nodes] = depth + 1;
        path[depth + 1] = nodes++;
      }
      tokens[count++] = id;
      firstToken[nodes] = count; // the last node's tokens end here, until it has more
      before = token;
    }
    for (; depth > 0; depth--) {
      nodeEnd[path[depth]] = nodes;
    }
    firstToken[nodes] = count;
  }

  int vocab() {
    return vocab;
  }

  byte[] bytes(int id) {
    return bytes[id];
  }

  boolean endsGeneration(int id) {
    return (endOfGeneration[id >> 6] >>> id & 1) != 0;
  }

  /** The tokens that may follow a configuration: a bit an id, {@code [ceil(vocab / 64)]}. */
  long[] allowed(Configurations configurations, Configuration from) {
    long[] allowed = from.complete ? endOfGeneration.clone() : new long[endOfGeneration.length];
    Configuration[] path = new Configuration[256];
    path[0] = from;
    int node = 0;
    while (node < nodes) {
      int depth = nodeDepth[node];
      if (depth >= path.length) {
        path = Arrays.copyOf(path, 2 * path.length);
      }
      Configuration next = configurations.step(path[depth - 1], nodeByte[node]);
      if (next.isDead()) {
        node = nodeEnd[node];
        continue;
      }
      path[depth] = next;
      for (int i = firstToken[node]; i < firstToken[node + 1]; i++) {
        allowed[tokens[i] >> 6] |= 1L << tokens[i];
      }
      node++;
    }
    return allowed;
  }
}

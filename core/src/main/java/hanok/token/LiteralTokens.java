package hanok.token;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Tokens that are matched in text as they stand: a trie over their bytes that finds the longest of
 * those that begin at a place.
 */
final class LiteralTokens {
  private static final class Node {
    private byte[] labels = {};
    private Node[] children = {};
    private int id = -1;

    Node child(byte label) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label) {
          return children[i];
        }
      }
      return NONE;
    }

    Node addChild(byte label) {
      Node known = child(label);
      if (known != NONE) {
        return known;
      }
      labels = Arrays.copyOf(labels, labels.length + 1);
      children = Arrays.copyOf(children, children.length + 1);
      labels[labels.length - 1] = label;
      children[children.length - 1] = new Node();
      return children[children.length - 1];
    }
  }

  private static final Node NONE = new Node();

  /** Beginnings of so many kinds are sought eight places at a time. */
  private static final int KINDS_MAX = 4;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L; // times a byte: it in all eight

  private final Node root = new Node();
  private final boolean[] first = new boolean[256]; // bytes that a token begins with
  private final long[] pairs = new long[1 << 10]; // bits: two bytes that a token may begin with
  private boolean onlyKinds = true; // no token is but a byte
  private long[] firsts = {}; // of each kind, the first byte, eight times
  private long[] seconds = {};
  private boolean empty = true;

  void add(byte[] bytes, int id) {
    empty = false;
    first[bytes[0] & 0xFF] = true;
    markPairs(bytes);
    Node node = root;
    for (byte b : bytes) {
      node = node.addChild(b);
    }
    node.id = id;
  }

  private void markPairs(byte[] bytes) {
    int from = (bytes[0] & 0xFF) << 8;
    if (bytes.length > 1 && (pairs[from >> 6 | (bytes[1] & 0xFF) >> 6] >>> bytes[1] & 1) == 0) {
      firsts = Arrays.copyOf(firsts, firsts.length + 1);
      seconds = Arrays.copyOf(seconds, firsts.length);
      firsts[firsts.length - 1] = EACH * (bytes[0] & 0xFF);
      seconds[firsts.length - 1] = EACH * (bytes[1] & 0xFF);
    }
    onlyKinds &= bytes.length > 1;
    for (int second = 0; second < 256; second++) {
      if (bytes.length == 1 || (bytes[1] & 0xFF) == second) {
        pairs[from + second >> 6] |= 1L << second;
      }
    }
  }

  /** The first place in {@code [from, to)} where a token may begin; {@code to} if there is none. */
  int next(byte[] bytes, int from, int to) {
    if (empty) {
      return to;
    }
    int last = to - 1;
    int start = onlyKinds && firsts.length <= KINDS_MAX ? nextKind(bytes, from, to) : from;
    for (int i = start; i < last; i++) {
      int b = bytes[i] & 0xFF;
      if (first[b] && (pairs[b << 2 | bytes[i + 1] >> 6 & 3] >>> bytes[i + 1] & 1) != 0) {
        return i;
      }
    }
    return from < to && first[bytes[last] & 0xFF] ? last : to;
  }

  /** A place that no token begins before: the next that one may, or one near the end. */
  private int nextKind(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + 9 <= to; i += 8) {
      long first = (long) LONG.get(bytes, i);
      long second = (long) LONG.get(bytes, i + 1);
      long found = 0;
      for (int kind = 0; kind < firsts.length; kind++) {
        long different = first ^ firsts[kind] | second ^ seconds[kind];
        found |= different - EACH & ~different; // its lowest byte that is negative tells the place
      }
      found &= EACH << 7;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >> 3);
      }
    }
    return i;
  }

  /** The id of the longest token that begins at {@code from} and ends by {@code to}, or -1. */
  int longest(byte[] bytes, int from, int to) {
    if (from >= to || !first[bytes[from] & 0xFF]) {
      return -1;
    }
    Node node = root;
    int id = -1;
    for (int i = from; i < to; i++) {
      node = node.child(bytes[i]);
      if (node == NONE) {
        break;
      }
      id = node.id >= 0 ? node.id : id;
    }
    return id;
  }
}

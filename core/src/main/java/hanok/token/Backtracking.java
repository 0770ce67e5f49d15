package hanok.token;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding from left to right, in time proportional to the text: of the tokens that the
 * rest begins with the longest that {@linkplain LiveMerges#fit fits} the token before; where none
 * leads to the end, one step back. Ids are those that merging in order gives ({@link Bpe}), because
 * tokens are what merging gives exactly if every two neighbours are. The idea is that of GitHub's
 * rust-gems. Immutable.
 */
final class Backtracking implements PieceEncoder {
  private final LiveMerges merges;
  private final ByteTrie trie;

  private Backtracking(LiveMerges merges, ByteTrie trie) {
    this.merges = merges;
    this.trie = trie;
  }

  /** Null if the merges are not {@linkplain LiveMerges#isOrdered ordered}, or too many. */
  static @Nullable Backtracking of(Merges all, int vocab) {
    LiveMerges merges = new LiveMerges(all, vocab);
    if (!merges.isOrdered()) {
      return null;
    }
    ByteTrieBuilder builder = new ByteTrieBuilder(4 * merges.count());
    new Spelling(merges).addAll(builder);
    ByteTrie trie = builder.build();
    if (trie == null) {
      return null;
    }
    merges.setPrefixes(builder.prefixes(merges.count()));
    return new Backtracking(merges, trie);
  }

  /** The bytes of all tokens, each below the left one of those that it was merged from. */
  private static final class Spelling {
    private final LiveMerges merges;
    private final int[] starts; // [tokens], in text
    private final int[] nodes; // [tokens], of the trie
    private byte[] text;
    private int end;

    Spelling(LiveMerges merges) {
      this.merges = merges;
      starts = new int[merges.count()];
      nodes = new int[merges.count()];
      text = new byte[16 * merges.count()];
    }

    void addAll(ByteTrieBuilder builder) {
      for (int token = 0; token < merges.count(); token++) {
        add(token, builder);
      }
    }

    private void add(int token, ByteTrieBuilder builder) {
      starts[token] = end;
      int node = ByteTrieBuilder.ROOT;
      int more = end; // where the bytes that lead on from node begin
      reserve(merges.length(token));
      if (token < LiveMerges.BYTES) {
        text[end++] = (byte) token;
      } else {
        int left = merges.left(token);
        append(left);
        node = nodes[left];
        more = end;
        append(merges.right(token));
      }
      for (int i = more; i < end; i++) {
        node = builder.child(node, text[i]);
      }
      nodes[token] = node;
      builder.set(node, token);
    }

    private void append(int token) {
      int length = merges.length(token);
      System.arraycopy(text, starts[token], text, end, length);
      end += length;
    }

    private void reserve(int length) {
      if (length > text.length - end) {
        text = Arrays.copyOf(text, Math.max(2 * text.length, end + length));
      }
    }
  }

  @Override
  public void encode(byte[] text, int from, int to, IdBuffer out, Scratch scratch) {
    long found = trie.longest(text, from, to);
    int token = (int) found - 1;
    if (found >>> 32 == to) {
      out.add(merges.id(token));
    } else {
      search(text, from, to, token, out, scratch);
    }
  }

  /** Encodes a piece of several tokens; {@code longest} is the longest at its start. */
  private void search(byte[] text, int from, int to, int longest, IdBuffer out, Scratch scratch) {
    int[] stack = scratch.stack(to - from);
    long[] dead = scratch.clearBits(to - from + 1); // places that no fitting tokens lead on from
    int depth = 0;
    int at = from;
    int token = longest;
    while (true) {
      int end = at + merges.length(token);
      boolean open = (dead[end - from >> 6] >>> end - from & 1) == 0;
      if (open && (depth == 0 || merges.fit(stack[depth - 1], token))) {
        stack[depth++] = token;
        at = end;
        if (at == to) {
          break;
        }
        token = (int) trie.longest(text, at, to) - 1;
      } else if (merges.prefix(token) >= 0) {
        token = merges.prefix(token);
      } else {
        dead[at - from >> 6] |= 1L << at - from;
        token = stack[--depth];
        at -= merges.length(token);
      }
    }
    int[] target = out.reserve(depth);
    for (int i = 0; i < depth; i++) {
      target[out.size++] = merges.id(stack[i]);
    }
  }

  @Override
  public BitSet made() {
    BitSet made = new BitSet();
    for (int token = 0; token < merges.count(); token++) {
      made.set(merges.id(token));
    }
    return made;
  }
}

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
  private final int[] ids; // [tokens]
  private final int[] lengths; // [tokens], bytes
  private final int[] prefixes; // [tokens]: the longest other token that one begins with, or -1
  private final BitSet made = new BitSet(); // ids of tokens

  private Backtracking(LiveMerges merges, ByteTrie trie, int[] ids, int[] lengths, int[] prefixes) {
    this.merges = merges;
    this.trie = trie;
    this.ids = ids;
    this.lengths = lengths;
    this.prefixes = prefixes;
    for (int id : ids) {
      made.set(id);
    }
  }

  /** Null if the merges are not {@linkplain LiveMerges#isOrdered ordered}, or too many. */
  static @Nullable Backtracking of(Merges all, int vocab) {
    LiveMerges merges = new LiveMerges(all, vocab);
    if (!merges.isOrdered()) {
      return null;
    }
    int count = merges.count();
    ByteTrieBuilder builder = new ByteTrieBuilder(2 * count);
    int[] lengths = addTokens(merges, builder);
    ByteTrie trie = builder.build();
    return trie == null
        ? null
        : new Backtracking(merges, trie, merges.ids(), lengths, builder.prefixes(count));
  }

  /** Adds every token to a trie, below the left one of those that it was merged from. */
  private static int[] addTokens(LiveMerges merges, ByteTrieBuilder builder) {
    int count = merges.count();
    int[] lengths = new int[count];
    int[] starts = new int[count]; // in text
    int[] nodes = new int[count];
    byte[] text = new byte[16 * count]; // the bytes of all tokens
    int end = 0;
    for (int token = 0; token < count; token++) {
      starts[token] = end;
      int node = ByteTrieBuilder.ROOT;
      int more; // where the bytes that lead on from node begin
      if (token < LiveMerges.BYTES) {
        text[end] = (byte) token;
        more = end++;
      } else {
        int left = merges.left(token);
        int right = merges.right(token);
        node = nodes[left];
        more = end + lengths[left];
        int length = lengths[left] + lengths[right];
        if (end + length > text.length) {
          text = Arrays.copyOf(text, Math.max(2 * text.length, end + length));
        }
        System.arraycopy(text, starts[left], text, end, lengths[left]);
        System.arraycopy(text, starts[right], text, more, lengths[right]);
        end += length;
      }
      for (int i = more; i < end; i++) {
        node = builder.child(node, text[i]);
      }
      nodes[token] = node;
      lengths[token] = end - starts[token];
      builder.set(node, token);
    }
    return lengths;
  }

  @Override
  public void encode(byte[] text, int from, int to, IdBuffer out, Scratch scratch) {
    long found = trie.longest(text, from, to);
    int token = (int) found - 1;
    if (found >>> 32 == to) {
      out.add(ids[token]);
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
      int end = at + lengths[token];
      boolean open = (dead[end - from >> 6] >>> end - from & 1) == 0;
      if (open && (depth == 0 || merges.fit(stack[depth - 1], token))) {
        stack[depth++] = token;
        at = end;
        if (at == to) {
          break;
        }
        token = (int) trie.longest(text, at, to) - 1;
      } else if (prefixes[token] >= 0) {
        token = prefixes[token];
      } else {
        dead[at - from >> 6] |= 1L << at - from;
        token = stack[--depth];
        at -= lengths[token];
      }
    }
    int[] target = out.reserve(depth);
    for (int i = 0; i < depth; i++) {
      target[out.size++] = ids[stack[i]];
    }
  }

  @Override
  public boolean makes(int id) {
    return made.get(id);
  }
}

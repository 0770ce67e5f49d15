package hanok.token;

import java.util.Arrays;

/**
 * The merges that can ever happen, in a form in which two tokens can be asked whether they may
 * stand side by side. Tokens are numbered: 0 to 255 are the bytes, then come the results of merges
 * by rank, so that of two tokens the one that is made later has the larger number.
 *
 * <p>That works if no merge of a token comes before the merge that makes it. Where one does, which
 * no trainer writes, {@link #isOrdered} is false and {@link Bpe} has to encode. A token that
 * several merges make is made by one of them only, always the same: the bytes of a token are
 * merged in the same order wherever they stand. Merges that never happen, because their own bytes
 * would have merged otherwise, are left out.
 */
final class LiveMerges {
  static final int BYTES = 256;

  /** Numbers have 21 bits, so that a pair and its result fit a long. */
  static final int TOKENS_MAX = 1 << 21;

  private static final int NONE = Integer.MAX_VALUE;

  private final int[] ids; // [numbers]
  private final int[] lefts; // [numbers]: what a token was merged from; of a byte, itself
  private final int[] rights;
  private int count;
  private final long[] pairs; // open addressing: (left << 21 | right) << 21 | result, 0 for none
  private final int shift;
  private final boolean ordered;

  /**
   * @param vocab how many ids there are
   */
  LiveMerges(Merges merges, int vocab) {
    int capacity = BYTES + merges.result().length;
    ids = Arrays.copyOf(merges.byteIds(), capacity);
    lefts = new int[capacity];
    rights = new int[capacity];
    int bits = 33 - Integer.numberOfLeadingZeros(capacity);
    pairs = new long[1 << bits];
    shift = 64 - bits;
    ordered = capacity <= TOKENS_MAX && number(merges, vocab);
  }

  /** Numbers the tokens that can arise; false if a merge comes before one that it needs. */
  private boolean number(Merges merges, int vocab) {
    int[] numbers = new int[vocab]; // 0 for none, else 1 + number
    boolean[] wanted = new boolean[vocab]; // by a merge, before there was such a token
    for (; count < BYTES; count++) {
      numbers[ids[count]] = count + 1;
      lefts[count] = count;
      rights[count] = count;
    }
    for (int rank = 0; rank < merges.result().length; rank++) {
      int left = numbers[merges.left()[rank]] - 1;
      int right = numbers[merges.right()[rank]] - 1;
      int result = merges.result()[rank];
      if (left < 0 || right < 0) {
        wanted[merges.left()[rank]] |= left < 0;
        wanted[merges.right()[rank]] |= right < 0;
        continue;
      }
      if (numbers[result] != 0 || !fit(left, right)) {
        continue; // its bytes merge in another way
      }
      if (wanted[result]) {
        return false;
      }
      add(left, right, result);
      numbers[result] = count;
    }
    return true;
  }

  private void add(int left, int right, int id) {
    ids[count] = id;
    lefts[count] = left;
    rights[count] = right;
    long key = (long) left << 21 | right;
    int slot = slot(key);
    while (pairs[slot] != 0) {
      slot = slot + 1 & pairs.length - 1;
    }
    pairs[slot] = key << 21 | count++;
  }

  /** Whether a token's merges all come after the merge that makes it; nothing else works if not. */
  boolean isOrdered() {
    return ordered;
  }

  /** How many tokens can arise. */
  int count() {
    return count;
  }

  /** The ids of the tokens. */
  int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  int left(int token) {
    return lefts[token];
  }

  int right(int token) {
    return rights[token];
  }

  /** What two tokens merge to, or the largest integer. */
  private int merged(int left, int right) {
    long key = (long) left << 21 | right;
    int slot = slot(key);
    for (long pair; (pair = pairs[slot]) != 0; slot = slot + 1 & pairs.length - 1) {
      if (pair >>> 21 == key) {
        return (int) pair & TOKENS_MAX - 1;
      }
    }
    return NONE;
  }

  private int slot(long key) {
    return (int) (key * 0x9E3779B97F4A7C15L >>> shift);
  }

  /**
   * Whether two neighbours stay as they are: nothing would have merged across their border while
   * they came to be. It goes back in time, undoing the later of the two tokens at the border, and
   * asks of every two that met there whether they would have merged before they grew. Of equals the
   * left one was made first.
   */
  boolean fit(int leftToken, int rightToken) {
    int left = leftToken;
    int right = rightToken;
    int before = NONE; // a merge with a smaller number would have come first
    while (merged(left, right) >= before) {
      if (left > right) {
        before = left;
        left = rights[left];
        if (left == before) { // a byte, and so is the other
          return true;
        }
      } else {
        before = right + 1;
        int part = lefts[right];
        if (part == right) {
          return true;
        }
        right = part;
      }
    }
    return false;
  }
}

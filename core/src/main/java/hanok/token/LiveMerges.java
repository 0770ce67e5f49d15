package hanok.token;

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

  /** Bits of {@link #hints} for each slot of the table of pairs. */
  private static final int HINTS_LOG2 = 2;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int LENGTH_MAX = (1 << 22) - 1;
  private static final int ID = (1 << 24) - 1;
  private static final int NONE = Integer.MAX_VALUE;

  /**
   * [2 * numbers]: what a token was merged from, of a byte itself, left (21 bits) and right (21),
   * and its number of bytes (22); its id (24), and the longest other token that it begins with,
   * plus one.
   */
  private final long[] tokens;

  private int count;
  private final int[] pairs; // open addressing by left and right: the result, 0 for none
  private final long[] hints; // bits: hashes that a pair has; a sixteenth of the pairs' memory
  private final int shift;
  private final boolean ordered;

  /**
   * @param vocab how many ids there are
   */
  LiveMerges(Merges merges, int vocab) {
    int capacity = BYTES + merges.result().length;
    tokens = new long[2 * capacity];
    int bits = 33 - Integer.numberOfLeadingZeros(capacity);
    pairs = new int[1 << bits];
    hints = new long[1 << bits + HINTS_LOG2 - 6];
    shift = 64 - bits;
    ordered = capacity <= TOKENS_MAX && number(merges, vocab);
  }

  /** Numbers the tokens that can arise; false if a merge comes before one that it needs. */
  private boolean number(Merges merges, int vocab) {
    int[] numbers = new int[vocab]; // 0 for none, else 1 + number
    boolean[] wanted = new boolean[vocab]; // by a merge, before there was such a token
    for (int id : merges.byteIds()) {
      numbers[id] = count + 1;
      add(count, count, 1, id);
    }
    int rank = 0;
    while (rank < merges.result().length && number(merges, rank, numbers, wanted)) {
      rank++;
    }
    return rank == merges.result().length;
  }

  /** For one merge; a method of its own, which is compiled long before a loop would be. */
  private boolean number(Merges merges, int rank, int[] numbers, boolean[] wanted) {
    int left = numbers[merges.left()[rank]] - 1;
    int right = numbers[merges.right()[rank]] - 1;
    int result = merges.result()[rank];
    if (left < 0 || right < 0) {
      wanted[merges.left()[rank]] |= left < 0;
      wanted[merges.right()[rank]] |= right < 0;
      return true;
    }
    if (numbers[result] != 0 || !fit(left, right)) {
      return true; // its bytes merge in another way
    }
    int length = length(left) + length(right);
    if (wanted[result] || length > LENGTH_MAX) {
      return false;
    }
    addPair(left, right);
    add(left, right, length, result);
    numbers[result] = count;
    return true;
  }

  private void add(int left, int right, int length, int id) {
    tokens[2 * count] = (long) length << 42 | (long) left << 21 | right;
    tokens[2 * count + 1] = id;
    count++;
  }

  private void addPair(int left, int right) {
    long key = (long) left << 21 | right;
    long hash = key * MULTIPLIER;
    hints[hint(hash)] |= hintBits(hash);
    int slot = (int) (hash >>> shift);
    while (pairs[slot] != 0) {
      slot = slot + 1 & pairs.length - 1;
    }
    pairs[slot] = count;
  }

  /** Whether a token's merges all come after the merge that makes it; nothing else works if not. */
  boolean isOrdered() {
    return ordered;
  }

  /** How many tokens can arise. */
  int count() {
    return count;
  }

  int left(int token) {
    return (int) (tokens[2 * token] >>> 21) & TOKENS_MAX - 1;
  }

  int right(int token) {
    return (int) tokens[2 * token] & TOKENS_MAX - 1;
  }

  /** How many bytes a token has. */
  int length(int token) {
    return (int) (tokens[2 * token] >>> 42);
  }

  int id(int token) {
    return (int) tokens[2 * token + 1] & ID;
  }

  /** The longest other token that a token begins with, or -1. */
  int prefix(int token) {
    return (int) (tokens[2 * token + 1] >>> 24) - 1;
  }

  /** Says what {@link #prefix} is of every token. */
  void setPrefixes(int[] prefixes) {
    for (int token = 0; token < count; token++) {
      tokens[2 * token + 1] = id(token) | (long) (prefixes[token] + 1) << 24;
    }
  }

  /** What two tokens merge to, or the largest integer, which most do: a bit says so. */
  private int merged(int left, int right) {
    long key = (long) left << 21 | right;
    long hash = key * MULTIPLIER;
    long bits = hintBits(hash);
    if ((hints[hint(hash)] & bits) != bits) {
      return NONE;
    }
    int slot = (int) (hash >>> shift);
    for (int pair; (pair = pairs[slot]) != 0; slot = slot + 1 & pairs.length - 1) {
      if ((tokens[2 * pair] & (1L << 42) - 1) == key) {
        return pair;
      }
    }
    return NONE;
  }

  private static long hintBits(long hash) {
    return 1L << (hash >>> 21) | 1L << (hash >>> 27);
  }

  private int hint(long hash) {
    return (int) (hash >>> shift - HINTS_LOG2 + 6);
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
        left = right(left);
        if (left == before) { // a byte, and so is the other
          return true;
        }
      } else {
        before = right + 1;
        int part = left(right);
        if (part == right) {
          return true;
        }
        right = part;
      }
    }
    return false;
  }
}

package hanok.token.train;

import java.util.Arrays;
import java.util.BitSet;

/** Where in the bytes of a text its tokens end, if they spell just these bytes. */
final class TokenCuts {
  private final BitSet cuts;
  private final boolean exact;

  /**
   * @param spellings the bytes of each id
   */
  TokenCuts(byte[] utf8, int[] ids, byte[][] spellings) {
    cuts = new BitSet(utf8.length);
    int at = 0;
    boolean same = true;
    for (int i = 0; same && i < ids.length; i++) {
      byte[] token = spellings[ids[i]];
      int end = at + token.length;
      same = end <= utf8.length && Arrays.equals(utf8, at, end, token, 0, token.length);
      at = end;
      cuts.set(at);
    }
    exact = same && at == utf8.length;
  }

  /** Whether the tokens spell the text. */
  boolean exact() {
    return exact;
  }

  boolean at(int offset) {
    return cuts.get(offset);
  }

  /** How many cuts part {@code [from, to)}; those at its ends do not. */
  int within(int from, int to) {
    int found = 0;
    for (int at = cuts.nextSetBit(from + 1); at >= 0 && at < to; at = cuts.nextSetBit(at + 1)) {
      found++;
    }
    return found;
  }
}

package hanok.constrain;

import java.util.HashMap;
import java.util.Map;

/** Draws sets of code points as edges over the bytes of UTF-8: well-formed ones only. */
final class Utf8Edges {
  /** The last code points of one, two, three and four bytes. */
  private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

  private final AutomatonBuilder builder;
  private final Map<Tail, Integer> tails = new HashMap<>();

  /** The last {@code bytes} of a character, with values of six bits each, on the way to a state. */
  private record Tail(int low, int high, int bytes, int to) {}

  Utf8Edges(AutomatonBuilder builder) {
    this.builder = builder;
  }

  void draw(int from, CodePoints set, int to) {
    for (int i = 0; i < set.bounds().length; i += 2) {
      int low = set.bounds()[i];
      int high = set.bounds()[i + 1];
      for (int length = 1; length <= LAST.length && low <= high; length++) {
        int last = Math.min(high, LAST[length - 1]);
        if (low <= last) {
          lead(from, low, last, length, to);
          low = last + 1;
        }
      }
    }
  }

  private void lead(int from, int low, int high, int length, int to) {
    if (length == 1) {
      builder.bytes(from, low, high, to);
    } else {
      int mark = 0xff & 0xff00 >> length;
      split(from, low, high, length - 1, mark, to);
    }
  }

  /** Cuts a range where the bytes behind the first do not have all their values. */
  private void split(int from, int low, int high, int tailBytes, int mark, int to) {
    int bits = 6 * tailBytes;
    int mask = (1 << bits) - 1;
    int first = low >> bits;
    int last = high >> bits;
    if (first < last && (low & mask) != 0) {
      step(from, mark, first, first, tail(low & mask, mask, tailBytes, to));
      first++;
    }
    if (first < last && (high & mask) != mask) {
      step(from, mark, last, last, tail(0, high & mask, tailBytes, to));
      last--;
      high = mask;
    }
    if (first == last) {
      boolean cut = first != low >> bits;
      step(from, mark, first, first, tail(cut ? 0 : low & mask, high & mask, tailBytes, to));
    } else if (first < last) {
      step(from, mark, first, last, tail(0, mask, tailBytes, to));
    }
  }

  private void step(int from, int mark, int first, int last, int next) {
    builder.bytes(from, mark | first, mark | last, next);
  }

  private int tail(int low, int high, int bytes, int to) {
    if (bytes == 0) {
      return to;
    }
    Tail tail = new Tail(low, high, bytes, to);
    Integer known = tails.get(tail);
    if (known != null) {
      return known;
    }
    int state = builder.state();
    tails.put(tail, state);
    split(state, low, high, bytes - 1, 0x80, to);
    return state;
  }
}

package hanok.constrain;

/**
 * Draws ranges of code points as the bytes that UTF-8 writes them with; surrogates are left out.
 */
final class Utf8Ranges {
  private static final int[] LENGTH_ENDS = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private final AutomatonBuilder draw;

  Utf8Ranges(AutomatonBuilder draw) {
    this.draw = draw;
  }

  /** One code point of {@code [low, high]}. */
  void codePoints(int from, int low, int high, int to) {
    if (low <= 0xD7FF && high >= 0xD800) {
      codePoints(from, low, 0xD7FF, to);
      codePoints(from, 0xE000, high, to);
      return;
    }
    int start = low >= 0xD800 && low <= 0xDFFF ? 0xE000 : low;
    int end = high >= 0xD800 && high <= 0xDFFF ? 0xD7FF : high;
    for (int length = 1; length <= LENGTH_ENDS.length; length++) {
      int first = length == 1 ? 0 : LENGTH_ENDS[length - 2] + 1;
      int last = LENGTH_ENDS[length - 1];
      if (start <= last && end >= first && start <= end) {
        sequences(from, Math.max(start, first), Math.min(end, last), length, to);
      }
    }
  }

  /** Code points of the same number of bytes. */
  private void sequences(int from, int low, int high, int length, int to) {
    if (length == 1) {
      draw.bytes(from, low, high, to);
      return;
    }
    int shift = 6 * (length - 1);
    int lead = length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0;
    tails(from, low, high, shift, lead, to);
  }

  /**
   * Sequences whose first byte has the bits above {@code shift}: the first and the last such byte
   * may allow only some tails, those between allow all.
   */
  private void tails(int from, int low, int high, int shift, int lead, int to) {
    if (shift == 0) {
      draw.bytes(from, lead | low, lead | high, to);
      return;
    }
    int mask = (1 << shift) - 1;
    int first = low >> shift;
    int last = high >> shift;
    if (first == last) {
      int next = draw.state();
      draw.bytes(from, lead | first, lead | first, next);
      tails(next, low & mask, high & mask, shift - 6, 0x80, to);
      return;
    }
    if ((low & mask) != 0) {
      int next = draw.state();
      draw.bytes(from, lead | first, lead | first, next);
      tails(next, low & mask, mask, shift - 6, 0x80, to);
      first++;
    }
    if ((high & mask) != mask) {
      int next = draw.state();
      draw.bytes(from, lead | last, lead | last, next);
      tails(next, 0, high & mask, shift - 6, 0x80, to);
      last--;
    }
    if (first <= last) {
      int next = draw.state();
      draw.bytes(from, lead | first, lead | last, next);
      tails(next, 0, mask, shift - 6, 0x80, to);
    }
  }
}

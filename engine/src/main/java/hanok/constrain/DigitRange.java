package hanok.constrain;

import java.util.Arrays;

/**
 * Draws the numbers between two of the same number of digits, a state a place at most three times.
 */
final class DigitRange {
  private final AutomatonBuilder draw;
  private final String low;
  private final String high;
  private final int[] free; // [places], the states from which any digits may follow

  DigitRange(AutomatonBuilder draw, String low, String high) {
    this.draw = draw;
    this.low = low;
    this.high = high;
    free = new int[low.length() + 1];
    Arrays.fill(free, -1);
  }

  void draw(int from, int to) {
    if (low.compareTo(high) > 0) {
      return;
    }
    free[low.length()] = to;
    both(from, 0, to);
  }

  /** The digits so far are those of both bounds. */
  private void both(int from, int place, int to) {
    char first = low.charAt(place);
    char last = high.charAt(place);
    boolean end = place == low.length() - 1;
    if (end || first == last) {
      int next = end ? to : draw.state();
      draw.bytes(from, first, last, next);
      if (!end) {
        both(next, place + 1, to);
      }
      return;
    }
    int lower = draw.state();
    draw.bytes(from, first, first, lower);
    atLow(lower, place + 1, to);
    int upper = draw.state();
    draw.bytes(from, last, last, upper);
    atHigh(upper, place + 1, to);
    if (last - first > 1) {
      draw.bytes(from, first + 1, last - 1, free(place + 1));
    }
  }

  private void atLow(int from, int place, int to) {
    char digit = low.charAt(place);
    boolean end = place == low.length() - 1;
    if (digit < '9') {
      draw.bytes(from, digit + 1, '9', free(place + 1));
    }
    int next = end ? to : draw.state();
    draw.bytes(from, digit, digit, next);
    if (!end) {
      atLow(next, place + 1, to);
    }
  }

  private void atHigh(int from, int place, int to) {
    char digit = high.charAt(place);
    boolean end = place == high.length() - 1;
    if (digit > '0') {
      draw.bytes(from, '0', digit - 1, free(place + 1));
    }
    int next = end ? to : draw.state();
    draw.bytes(from, digit, digit, next);
    if (!end) {
      atHigh(next, place + 1, to);
    }
  }

  /** The state from which any digits fill the places from this one on. */
  private int free(int place) {
    if (free[place] < 0) {
      free[place] = draw.state();
      draw.bytes(free[place], '0', '9', free(place + 1));
    }
    return free[place];
  }
}

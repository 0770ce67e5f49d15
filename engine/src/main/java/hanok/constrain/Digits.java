package hanok.constrain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers from {@code low} to {@code high}, none of them negative, written without an exponent.
 * For each count of digits before the point, digits are compared with those of the bounds for as
 * long as they are equal to them.
 *
 * @param decimals how many digits there may be behind the point
 * @param multiple what the number must be a multiple of, if there are no decimals
 */
record Digits(
    BigDecimal low,
    boolean lowOpen,
    BigDecimal high,
    boolean highOpen,
    int decimals,
    int multiple) {

  void draw(AutomatonBuilder builder, int from, int to) {
    Map<Place, Integer> states = new HashMap<>();
    int longest = high.precision() - high.scale();
    for (int length = 1; length <= Math.max(1, longest); length++) {
      new Drawing(builder, length, states, to).draw(from);
    }
  }

  /**
   * Where one is in a number.
   *
   * @param left digits before the point that are still to come; negative behind the point
   * @param digitsLeft digits that may still come
   * @param length of the number before the point; 0 where digits are free and it does not matter
   * @param lowTight whether they are those of the lower bound
   * @param highTight whether they are those of the upper bound
   * @param remainder of what they spell, by {@code multiple}
   */
  private record Place(
      int left, int digitsLeft, int length, boolean lowTight, boolean highTight, int remainder) {}

  /** The numbers of one length. */
  private final class Drawing {
    private final AutomatonBuilder builder;
    private final int length; // digits before the point
    private final int digits; // all
    private final String lows;
    private final String highs;
    private final int to;
    private final Map<Place, Integer> states; // shared by all lengths

    Drawing(AutomatonBuilder builder, int length, Map<Place, Integer> states, int to) {
      this.builder = builder;
      this.length = length;
      this.states = states;
      this.to = to;
      digits =
          length + (decimals == 0 ? 0 : Math.clamp(NumberEdges.DIGITS_MAX - length, 0, decimals));
      lows = digitsOf(low);
      highs = digitsOf(high);
    }

    /** All digits, and some behind the last that matters. */
    private String digitsOf(BigDecimal bound) {
      int scale = Math.max(bound.scale(), digits - length);
      BigInteger value = bound.setScale(scale).unscaledValue();
      String text = value.toString();
      int width = length + scale;
      return text.length() >= width ? text : "0".repeat(width - text.length()) + text;
    }

    void draw(int from) {
      BigDecimal least = length == 1 ? BigDecimal.ZERO : BigDecimal.TEN.pow(length - 1);
      BigDecimal limit = BigDecimal.TEN.pow(length);
      if (low.compareTo(limit) >= 0 || high.compareTo(least) < 0) {
        return;
      }
      boolean lowTight = low.compareTo(least) >= 0;
      boolean highTight = high.compareTo(limit) < 0;
      edges(from, place(0, lowTight, highTight, 0));
    }

    private Place place(int at, boolean lowTight, boolean highTight, int remainder) {
      int kind = lowTight || highTight || at == 0 ? length : 0;
      return new Place(length - at, digits - at, kind, lowTight, highTight, remainder);
    }

    private void edges(int from, Place place) {
      int at = digits - place.digitsLeft;
      int least = at == 0 && length > 1 ? 1 : 0;
      int low = place.lowTight ? lows.charAt(at) - '0' : least;
      int high = place.highTight ? highs.charAt(at) - '0' : 9;
      for (int digit = Math.max(low, least); digit <= high; digit++) {
        Place next =
            place(
                at + 1,
                place.lowTight && digit == low,
                place.highTight && digit == high,
                (10 * place.remainder + digit) % multiple);
        builder.bytes(from, '0' + digit, '0' + digit, state(next));
      }
    }

    private int state(Place place) {
      Integer known = states.get(place);
      if (known != null) {
        return known;
      }
      int state = builder.state();
      states.put(place, state);
      if (place.left <= 0 && isWithin(place)) {
        builder.skip(state, to);
      }
      if (place.digitsLeft > 0) {
        int before = state;
        if (place.left == 0) {
          before = builder.state();
          builder.text(state, ".", before);
        }
        edges(before, place);
      }
      return state;
    }

    /** Whether the number may end here. */
    private boolean isWithin(Place place) {
      int at = digits - place.digitsLeft;
      boolean lowFits = !place.lowTight || isZero(lows, at) && !lowOpen;
      boolean highFits = !place.highTight || !isZero(highs, at) || !highOpen;
      return lowFits && highFits && place.remainder == 0;
    }

    private static boolean isZero(String digits, int from) {
      for (int i = from; i < digits.length(); i++) {
        if (digits.charAt(i) != '0') {
          return false;
        }
      }
      return true;
    }
  }
}

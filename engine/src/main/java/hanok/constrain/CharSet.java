package hanok.constrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Code points, as ranges that ascend and do not meet. Immutable.
 *
 * @param ranges low and high bounds, both inclusive
 */
record CharSet(List<int[]> ranges) {
  private static final int LAST = 0x10FFFF;

  static final CharSet DIGIT = of('0', '9');
  static final CharSet WORD = of('a', 'z', 'A', 'Z', '0', '9', '_', '_');

  /** White space of which nobody disputes that it is some. */
  static final CharSet SPACE = of('\t', '\r', ' ', ' ');

  /** Everything of which nobody says that it is white space. */
  static final CharSet NO_SPACE =
      of(
              '\t', '\r', ' ', ' ', 0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000,
              0x200A, 0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF,
              0xFEFF)
          .complement();

  /** What a dot stands for. */
  static final CharSet DOT = of('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029).complement();

  /** Pairs of bounds, in any order. */
  static CharSet of(int... bounds) {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new int[] {bounds[i], bounds[i + 1]});
    }
    return normalized(ranges);
  }

  static CharSet union(List<CharSet> sets) {
    List<int[]> ranges = new ArrayList<>();
    sets.forEach(set -> ranges.addAll(set.ranges));
    return normalized(ranges);
  }

  private static CharSet normalized(List<int[]> ranges) {
    List<int[]> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(range -> range[0]));
    List<int[]> joined = new ArrayList<>();
    for (int[] range : sorted) {
      int[] last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && range[0] <= last[1] + 1) {
        last[1] = Math.max(last[1], range[1]);
      } else {
        joined.add(range.clone());
      }
    }
    return new CharSet(joined);
  }

  CharSet complement() {
    List<int[]> others = new ArrayList<>();
    int next = 0;
    for (int[] range : ranges) {
      if (next < range[0]) {
        others.add(new int[] {next, range[0] - 1});
      }
      next = range[1] + 1;
    }
    if (next <= LAST) {
      others.add(new int[] {next, LAST});
    }
    return new CharSet(others);
  }
}

package hanok.constrain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A set of Unicode scalar values, that is code points without surrogates.
 *
 * @param bounds first and last of each range, ascending, no two ranges touching
 */
record CodePoints(int[] bounds) {
  static final CodePoints NONE = new CodePoints(new int[0]);
  static final CodePoints ALL =
      new CodePoints(new int[] {0, 0xD7FF, 0xE000, Character.MAX_CODE_POINT});

  /** The ranges from each even argument to the odd one behind it. */
  static CodePoints of(int... bounds) {
    int[][] ranges = new int[bounds.length / 2][];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = new int[] {bounds[2 * i], bounds[2 * i + 1]};
    }
    Arrays.sort(ranges, Comparator.comparingInt((int[] range) -> range[0]));
    int[] joined = new int[bounds.length];
    int size = 0;
    for (int[] range : ranges) {
      if (size > 0 && range[0] <= joined[size - 1] + 1) {
        joined[size - 1] = Math.max(joined[size - 1], range[1]);
      } else {
        joined[size++] = range[0];
        joined[size++] = range[1];
      }
    }
    return new CodePoints(Arrays.copyOf(joined, size)).intersect(ALL);
  }

  static CodePoints of(String characters) {
    return of(characters.codePoints().flatMap(c -> IntStream.of(c, c)).toArray());
  }

  CodePoints union(CodePoints other) {
    return of(IntStream.concat(Arrays.stream(bounds), Arrays.stream(other.bounds)).toArray());
  }

  CodePoints intersect(CodePoints other) {
    IntList common = new IntList();
    int i = 0;
    int j = 0;
    while (i < bounds.length && j < other.bounds.length) {
      int low = Math.max(bounds[i], other.bounds[j]);
      int high = Math.min(bounds[i + 1], other.bounds[j + 1]);
      if (low <= high) {
        common.add(low);
        common.add(high);
      }
      if (bounds[i + 1] < other.bounds[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new CodePoints(common.toArray());
  }

  /** All scalar values that are not in this set. */
  CodePoints complement() {
    IntList gaps = new IntList();
    int low = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (low < bounds[i]) {
        gaps.add(low);
        gaps.add(bounds[i] - 1);
      }
      low = bounds[i + 1] + 1;
    }
    if (low <= Character.MAX_CODE_POINT) {
      gaps.add(low);
      gaps.add(Character.MAX_CODE_POINT);
    }
    return new CodePoints(gaps.toArray()).intersect(ALL);
  }

  CodePoints minus(CodePoints other) {
    return intersect(other.complement());
  }

  boolean contains(int codePoint) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] <= codePoint && codePoint <= bounds[i + 1]) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }
}

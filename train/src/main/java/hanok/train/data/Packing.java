package hanok.train.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Best fit, decreasing: the longest thing first, each into the fullest row that still has room for
 * it (Ding et al., "Fewer Truncations Improve Language Modeling", 2024). Nothing is cut. O(n log n)
 * and, since room is counted in tokens, a scan of at most {@code length / 64} words a thing.
 */
final class Packing {
  private final int length;
  private final List<List<Integer>> rows = new ArrayList<>();
  private final List<List<Integer>> rowsByRoom = new ArrayList<>();
  private final BitSet rooms = new BitSet();

  private Packing(int length) {
    this.length = length;
    for (int room = 0; room <= length; room++) {
      rowsByRoom.add(new ArrayList<>());
    }
  }

  /**
   * Packs things into rows.
   *
   * @param sizes of the things, each in {@code [1, length]}; of equal ones the first is packed
   *     first
   * @return for each row the indices of what is in it
   */
  static List<List<Integer>> pack(int[] sizes, int length) {
    Packing packing = new Packing(length);
    IntStream.range(0, sizes.length)
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> sizes[i]).reversed())
        .forEach(i -> packing.put(i, sizes[i]));
    return packing.rows;
  }

  private void put(int thing, int size) {
    if (size < 1 || size > length) {
      throw new IllegalArgumentException(
          "a thing of %d tokens does not go into a row of %d".formatted(size, length));
    }
    int room = rooms.nextSetBit(size);
    int row;
    if (room < 0) {
      room = length;
      row = rows.size();
      rows.add(new ArrayList<>());
    } else {
      List<Integer> candidates = rowsByRoom.get(room);
      row = candidates.removeLast();
      rooms.set(room, !candidates.isEmpty());
    }
    rows.get(row).add(thing);
    int left = room - size;
    rowsByRoom.get(left).add(row);
    rooms.set(left, left > 0);
  }
}

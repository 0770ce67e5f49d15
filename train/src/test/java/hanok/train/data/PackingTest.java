package hanok.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {
  @Test
  void everythingIsInOneRowOnceAndNoRowIsOverfull() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      int length = 1 + random.nextInt(300);
      int[] sizes = random.ints(random.nextInt(200), 1, length + 1).toArray();
      List<List<Integer>> rows = Packing.pack(sizes, length);
      assertThat(rows.stream().flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, sizes.length).boxed().toList());
      assertThat(rows)
          .allSatisfy(
              row -> assertThat(row.stream().mapToInt(i -> sizes[i]).sum()).isBetween(1, length));
    }
  }

  @Test
  void rowsAreAsFullAsThoseOfPlainBestFit() {
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      int length = 1 + random.nextInt(200);
      int[] sizes = random.ints(random.nextInt(150), 1, length + 1).toArray();
      List<Integer> fill =
          Packing.pack(sizes, length).stream()
              .map(row -> row.stream().mapToInt(i -> sizes[i]).sum())
              .sorted()
              .toList();
      assertThat(fill).isEqualTo(plain(sizes, length).stream().sorted().toList());
    }
  }

  private static List<Integer> plain(int[] sizes, int length) {
    List<Integer> rows = new ArrayList<>();
    for (int size : IntStream.of(sizes).boxed().sorted(Comparator.reverseOrder()).toList()) {
      int best = -1;
      for (int row = 0; row < rows.size(); row++) {
        boolean fits = rows.get(row) + size <= length;
        if (fits && (best < 0 || rows.get(row) > rows.get(best))) {
          best = row;
        }
      }
      if (best < 0) {
        rows.add(size);
      } else {
        rows.set(best, rows.get(best) + size);
      }
    }
    return rows;
  }

  @Test
  void whatIsLongerThanARowIsRefused() {
    assertThatThrownBy(() -> Packing.pack(new int[] {3, 9}, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a thing of 9 tokens does not go into a row of 8");
  }
}

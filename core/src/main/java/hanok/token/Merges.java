package hanok.token;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads merges, as {@code left right}, into a {@link Bpe}. */
final class Merges {
  private Merges() {}

  /**
   * @param malformed makes the exception for a merge or a byte that the vocabulary lacks
   */
  static Bpe read(
      List<String> merges, Vocabulary vocabulary, Function<String, RuntimeException> malformed) {
    int[] left = new int[merges.size()];
    int[] right = new int[left.length];
    int[] result = new int[left.length];
    for (int rank = 0; rank < left.length; rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw malformed.apply("merge %d, \"%s\", is not two tokens".formatted(rank, merge));
      }
      String first = merge.substring(0, space);
      String second = merge.substring(space + 1);
      left[rank] = id(vocabulary, first, rank, malformed);
      right[rank] = id(vocabulary, second, rank, malformed);
      result[rank] = id(vocabulary, first + second, rank, malformed);
    }
    return new Bpe(byteIds(vocabulary, malformed), left, right, result);
  }

  private static int id(
      Vocabulary vocabulary, String token, int rank, Function<String, RuntimeException> malformed) {
    OptionalInt id = vocabulary.id(token);
    if (id.isEmpty()) {
      throw malformed.apply(
          "merge %d names \"%s\", which is not in the vocabulary".formatted(rank, token));
    }
    return id.getAsInt();
  }

  private static int[] byteIds(
      Vocabulary vocabulary, Function<String, RuntimeException> malformed) {
    int[] ids = new int[256];
    for (int b = 0; b < 256; b++) {
      String token = Character.toString(ByteAlphabet.charOf(b));
      OptionalInt id = vocabulary.id(token);
      if (id.isEmpty()) {
        throw malformed.apply("the vocabulary has no token for the byte 0x%02X".formatted(b));
      }
      ids[b] = id.getAsInt();
    }
    return ids;
  }
}

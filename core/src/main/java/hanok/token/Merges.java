package hanok.token;

import hanok.gguf.StringTable;
import java.util.function.Function;

/**
 * What was learned: which two tokens become which third, by rank. Immutable.
 *
 * @param byteIds the id of each byte
 * @param left ids of the left sides, by rank
 * @param right ids of the right sides
 * @param result ids of what they become
 */
record Merges(int[] byteIds, int[] left, int[] right, int[] result) {

  /**
   * Reads merges, as {@code left right}.
   *
   * @param malformed makes the exception for a merge or a byte that the vocabulary lacks
   */
  static Merges read(
      StringTable merges, Vocabulary vocabulary, Function<String, RuntimeException> malformed) {
    int[] byteIds = byteIds(vocabulary, malformed);
    int count = merges.size();
    Merges read = new Merges(byteIds, new int[count], new int[count], new int[count]);
    byte[] spelled = merges.toUtf8();
    SpellingTable ids = vocabulary.spellings();
    for (int rank = 0; rank < count; rank++) {
      int space = read.readOne(rank, spelled, merges.start(rank), merges.end(rank), ids);
      if (space < 0 || read.result[rank] < 0 || read.left[rank] < 0 || read.right[rank] < 0) {
        throw malformed.apply(read.whatIsWrong(rank, merges.get(rank)));
      }
    }
    return read;
  }

  /** Finds the three tokens of a merge; returns where its space is, or -1. */
  private int readOne(int rank, byte[] spelled, int from, int to, SpellingTable ids) {
    int space = from + 1;
    while (space < to && spelled[space] != ' ') {
      space++;
    }
    if (space >= to) {
      return -1;
    }
    long first = SpellingTable.hash(spelled, from, space);
    long second = SpellingTable.hash(spelled, space + 1, to);
    left[rank] = ids.find(first, spelled, from, space);
    right[rank] = ids.find(second, spelled, space + 1, to);
    result[rank] = ids.findJoined(first, second, spelled, from, space, space + 1, to);
    return space;
  }

  private String whatIsWrong(int rank, String merge) {
    int space = merge.indexOf(' ', 1);
    if (space < 0) {
      return "merge %d, \"%s\", is not two tokens".formatted(rank, merge);
    }
    String first = merge.substring(0, space);
    String second = merge.substring(space + 1);
    String missing = left[rank] < 0 ? first : right[rank] < 0 ? second : first + second;
    return "merge %d names \"%s\", which is not in the vocabulary".formatted(rank, missing);
  }

  private static int[] byteIds(
      Vocabulary vocabulary, Function<String, RuntimeException> malformed) {
    int[] ids = new int[256];
    for (int b = 0; b < 256; b++) {
      String token = Character.toString(ByteAlphabet.charOf(b));
      int value = b;
      ids[b] =
          vocabulary
              .id(token)
              .orElseThrow(() ->
                  malformed.apply(
                      "the vocabulary has no token for the byte 0x%02X".formatted(value)));
    }
    return ids;
  }
}

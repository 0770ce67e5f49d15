package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.ByteAlphabet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The tokens that are not learned: what a piece is made of before anything is merged. */
sealed interface Alphabet {

  /** Gives the alphabet's tokens their ids. */
  void addTo(Lexicon lexicon);

  /**
   * Writes the ids of {@code utf8[from, to)} to {@code ids}, which has room for one a byte, and
   * returns how many there are. What the alphabet lacks is minus its bytes: it merges with nothing.
   */
  int spell(byte[] utf8, int from, int to, int[] ids);

  /** Bytes, in the order of the characters that stand for them: all, or those that occur. */
  final class Bytes implements Alphabet {
    private final boolean[] used = new boolean[256];
    private final int[] ids = new int[256];

    Bytes(PieceTable pieces, boolean all) {
      byte[] pool = pieces.pool();
      int end = pieces.size() == 0 ? 0 : pieces.end(pieces.size() - 1);
      for (int i = 0; i < end; i++) {
        used[pool[i] & 0xFF] = true;
      }
      for (int b = 0; b < 256; b++) {
        used[b] |= all;
      }
    }

    @Override
    public void addTo(Lexicon lexicon) {
      SortedMap<Character, Integer> inOrder = new TreeMap<>();
      for (int b = 0; b < 256; b++) {
        inOrder.put(ByteAlphabet.charOf(b), b);
      }
      for (int b : inOrder.values()) {
        ids[b] = used[b] ? lexicon.add(new byte[] {(byte) b}) : -1;
      }
    }

    @Override
    public int spell(byte[] utf8, int from, int to, int[] out) {
      for (int i = from; i < to; i++) {
        out[i - from] = ids[utf8[i] & 0xFF];
      }
      return to - from;
    }
  }

  /**
   * Characters, in the order of their code points: the most frequent ones that cover so much of the
   * text. Others fall back to the tokens of their bytes, which merge with nothing.
   */
  final class Characters implements Alphabet {
    private final List<Integer> codePoints;
    private final Map<Integer, Integer> ids = new HashMap<>();

    /**
     * @param coverage how much of the text the characters make up at least, in (0, 1]
     * @param max how many characters there may be
     */
    Characters(PieceTable pieces, double coverage, int max) {
      Map<Integer, Long> counts = count(pieces);
      long total = counts.values().stream().mapToLong(Long::longValue).sum();
      long[] covered = {0};
      codePoints =
          counts.entrySet().stream()
              .sorted(
                  Map.Entry.<Integer, Long>comparingByValue()
                      .reversed()
                      .thenComparing(Map.Entry.comparingByKey()))
              .takeWhile(entry -> {
                boolean needed = covered[0] < coverage * total;
                covered[0] += entry.getValue();
                return needed;
              })
              .limit(max)
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
    }

    private static Map<Integer, Long> count(PieceTable pieces) {
      long[] counts = new long[Character.MAX_CODE_POINT + 1];
      byte[] pool = pieces.pool();
      for (int piece = 0; piece < pieces.size(); piece++) {
        for (int i = pieces.start(piece); i < pieces.end(piece); i += length(pool[i])) {
          counts[codePoint(pool, i)] += pieces.value(piece);
        }
      }
      Map<Integer, Long> found = new HashMap<>();
      IntStream.range(0, counts.length)
          .filter(c -> counts[c] > 0)
          .forEach(c -> found.put(c, counts[c]));
      return found;
    }

    @Override
    public void addTo(Lexicon lexicon) {
      for (int c : codePoints) {
        ids.put(c, lexicon.add(Character.toString(c).getBytes(UTF_8)));
      }
    }

    @Override
    public int spell(byte[] utf8, int from, int to, int[] out) {
      int size = 0;
      for (int i = from; i < to; i += length(utf8[i])) {
        out[size++] = ids.getOrDefault(codePoint(utf8, i), -length(utf8[i]));
      }
      return size;
    }

    private static int length(byte first) {
      int b = first & 0xFF;
      return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    }

    private static int codePoint(byte[] utf8, int i) {
      return switch (length(utf8[i])) {
        case 1 -> utf8[i];
        case 2 -> (utf8[i] & 0x1F) << 6 | utf8[i + 1] & 0x3F;
        case 3 -> (utf8[i] & 0x0F) << 12 | (utf8[i + 1] & 0x3F) << 6 | utf8[i + 2] & 0x3F;
        default ->
            (utf8[i] & 0x07) << 18
                | (utf8[i + 1] & 0x3F) << 12
                | (utf8[i + 2] & 0x3F) << 6
                | utf8[i + 3] & 0x3F;
      };
    }
  }
}

package hanok.token.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where the morphemes of words begin; each distinct word is segmented once. Only what is between
 * two Hangul syllables is told: that a comma is no part of a noun every rule knows.
 */
final class MorphemeMemory {
  /** Longer words are none that a dictionary knows. */
  private static final int WORD_BYTES_MAX = 255;

  private static final int SYLLABLE_BYTES = 3;

  /**
   * Hangul syllables in a row, with none before and after, in bytes from the start of the word.
   *
   * @param morphemes where morphemes begin within, rising
   */
  record Run(int start, int end, int[] morphemes) {}

  private final MorphemeSegmenter segmenter;
  private final Map<String, List<Run>> known = new HashMap<>();

  MorphemeMemory(Supplier<? extends MorphemeSegmenter> segmenter) {
    this.segmenter = segmenter.get();
  }

  /** The runs of a word that has {@code bytes} in UTF-8. */
  List<Run> runs(String word, int bytes) {
    return bytes > WORD_BYTES_MAX || word.chars().noneMatch(MorphemeMemory::isSyllable)
        ? List.of()
        : known.computeIfAbsent(word, this::segment);
  }

  private static boolean isSyllable(int c) {
    return c >= 0xAC00 && c <= 0xD7A3;
  }

  private List<Run> segment(String word) {
    int[] cuts = segmenter.cuts(word);
    List<Run> runs = new ArrayList<>();
    int bytes = 0;
    for (int unit = 0; unit < word.length(); ) {
      int end = unit;
      while (end < word.length() && isSyllable(word.charAt(end))) {
        end++;
      }
      if (end == unit) {
        bytes += WordSpans.utf8Length(word.charAt(unit++));
        continue;
      }
      int from = unit;
      int start = bytes;
      int to = end;
      int[] within =
          Arrays.stream(cuts)
              .filter(cut -> cut > from && cut < to)
              .map(cut -> start + SYLLABLE_BYTES * (cut - from))
              .toArray();
      bytes += SYLLABLE_BYTES * (end - unit);
      runs.add(new Run(start, bytes, within));
      unit = end;
    }
    return List.copyOf(runs);
  }
}

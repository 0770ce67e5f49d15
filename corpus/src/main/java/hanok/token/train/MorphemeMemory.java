package hanok.token.train;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the morphemes of words begin; each distinct word is segmented once. */
final class MorphemeMemory {
  /** Longer words are none that a dictionary knows. */
  private static final int WORD_BYTES_MAX = 255;

  private static final int[] NO_CUTS = {};

  private final MorphemeSegmenter segmenter;
  private final Map<String, int[]> known = new HashMap<>();

  MorphemeMemory(Supplier<? extends MorphemeSegmenter> segmenter) {
    this.segmenter = segmenter.get();
  }

  /**
   * Offsets in bytes of UTF-8, rising, all within the word; null if the word has no Hangul syllable,
   * or is none that can be judged.
   */
  int @Nullable [] cuts(String word, int bytes) {
    return bytes > WORD_BYTES_MAX || word.chars().noneMatch(c -> c >= 0xAC00 && c <= 0xD7A3)
        ? null
        : known.computeIfAbsent(word, this::segment);
  }

  private int[] segment(String word) {
    int[] cuts = segmenter.cuts(word);
    if (cuts.length == 0) {
      return NO_CUTS; // most words: they share it
    }
    int bytes = 0;
    int unit = 0;
    for (int i = 0; i < cuts.length; i++) {
      for (int end = cuts[i]; unit < end; unit++) {
        bytes += WordSpans.utf8Length(word.charAt(unit));
      }
      cuts[i] = bytes;
    }
    return cuts;
  }
}

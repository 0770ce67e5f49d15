package hanok.token.train;

/** Cuts Korean words into morphemes. Not for several threads at once: each takes its own. */
public interface MorphemeSegmenter {

  /**
   * Where morphemes of a text begin, but for the first: rising offsets in UTF-16 units, all within
   * the text. The morphemes tile the text, white space included.
   */
  int[] cuts(CharSequence text);
}

package hanok.token.train;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ko.KoreanTokenizer;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/**
 * Lucene's Nori with mecab-ko-dic, which it brings along, as MeCab would cut: compounds stay whole,
 * white space and punctuation are tokens, so the tokens tile the text.
 */
public final class NoriSegmenter implements MorphemeSegmenter {
  private final KoreanTokenizer nori =
      new KoreanTokenizer(
          TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY,
          null,
          KoreanTokenizer.DecompoundMode.NONE,
          false,
          false);
  private final OffsetAttribute offset = nori.getAttribute(OffsetAttribute.class);
  private int[] found = new int[16];

  @Override
  public int[] cuts(CharSequence text) {
    try {
      nori.setReader(new StringReader(text.toString()));
      nori.reset();
      int size = 0;
      while (nori.incrementToken()) {
        if (offset.startOffset() > 0) {
          found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
          found[size++] = offset.startOffset();
        }
      }
      nori.end();
      nori.close();
      return Arrays.copyOf(found, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

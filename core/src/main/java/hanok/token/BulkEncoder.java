package hanok.token;

import java.util.Objects;

/**
 * Encodes many texts. It keeps its memory from one text to the next, and the pieces that it has
 * seen last, 512 kB of them: make one a thread, and keep it. Not thread-safe; any number may share
 * a {@link Tokenizer}.
 *
 * <p>Ids are those of {@link Tokenizer#encode(CharSequence, EncodeOptions)}.
 */
public final class BulkEncoder {
  private final Encoder encoder;
  private final Provenance provenance;
  private final boolean nfc;
  private final int first; // the token of the beginning, or -1
  private final Scratch scratch;
  private final IdBuffer ids = new IdBuffer();

  BulkEncoder(Encoder encoder, Provenance provenance, boolean nfc, int first, Scratch scratch) {
    this.encoder = encoder;
    this.provenance = provenance;
    this.nfc = nfc;
    this.first = first;
    this.scratch = scratch;
  }

  /** The ids of a text. */
  public int[] encode(CharSequence text) {
    byte[] utf8 = Utf8.encode(text);
    return encodeUtf8(utf8, 0, utf8.length);
  }

  /**
   * The ids of {@code text[from, to)}. Bytes that are no UTF-8, which no String has, become the ids
   * of the bytes, unless the text has to be composed first: then they become U+FFFD.
   */
  public int[] encodeUtf8(byte[] text, int from, int to) {
    Objects.checkFromToIndex(from, to, text.length);
    ids.size = 0;
    if (first >= 0) {
      ids.add(first);
    }
    encoder.encode(text, from, to, provenance, nfc, ids, scratch);
    return ids.toArray();
  }
}

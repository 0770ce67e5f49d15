package hanok.token;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Encodes many texts, as UTF-8 bytes and without making Strings. It keeps its memory from one text
 * to the next, and the pieces that it has seen, 32 MB of them: make one a thread, and keep it. Not
 * thread-safe; any number may share a {@link Tokenizer}.
 *
 * <p>Ids are those of {@link Tokenizer#encode(CharSequence, EncodeOptions)}. Bytes that are no
 * UTF-8, which no String has, become the ids of the bytes: decoding gives them back.
 */
public final class BulkEncoder {
  /** How much of a segment is looked at at a time: it stays in the second-level cache. */
  private static final int WINDOW_BYTES = 1 << 16;

  private static final IntSink NOWHERE = (ids, count) -> {};

  private final Encoder encoder;
  private final Provenance provenance;
  private final boolean nfc;
  private final int first; // the token of the beginning, or -1
  private final Scratch scratch;
  private byte[] window = {};

  BulkEncoder(Encoder encoder, Provenance provenance, boolean nfc, int first, Scratch scratch) {
    this.encoder = encoder;
    this.provenance = provenance;
    this.nfc = nfc;
    this.first = first;
    this.scratch = scratch;
  }

  /** Hands the ids of {@code text[from, to)} to {@code sink}, some thousand at a time. */
  public void encodeUtf8(byte[] text, int from, int to, IntSink sink) {
    encode(text, from, to, new IdBuffer(sink, Long.MAX_VALUE));
  }

  /** Hands the ids of a text to {@code sink}, some thousand at a time. */
  public void encodeUtf8(MemorySegment text, IntSink sink) {
    encode(text, new IdBuffer(sink, Long.MAX_VALUE));
  }

  /** Hands the ids of a text to {@code sink}, some thousand at a time. */
  public void encode(CharSequence text, IntSink sink) {
    byte[] utf8 = Utf8.encode(text);
    encodeUtf8(utf8, 0, utf8.length, sink);
  }

  /** How many ids {@code text[from, to)} has. */
  public long countUtf8(byte[] text, int from, int to) {
    return encode(text, from, to, new IdBuffer(NOWHERE, Long.MAX_VALUE));
  }

  /** How many ids a text has. */
  public long countUtf8(MemorySegment text) {
    return encode(text, new IdBuffer(NOWHERE, Long.MAX_VALUE));
  }

  /**
   * How many ids {@code text[from, to)} has, or {@code limit} if that is less. What comes after the
   * limit is not looked at.
   */
  public long countUpTo(byte[] text, int from, int to, long limit) {
    return Math.min(limit, encode(text, from, to, new IdBuffer(NOWHERE, limit)));
  }

  private long encode(byte[] text, int from, int to, IdBuffer out) {
    if (from < 0 || from > to || to > text.length) {
      throw new IllegalArgumentException(
          "bytes [%d, %d) of a text of %d".formatted(from, to, text.length));
    }
    begin(out);
    encoder.encode(text, from, to, provenance, nfc, out, scratch);
    out.flush();
    return out.total();
  }

  private void begin(IdBuffer out) {
    if (first >= 0) {
      out.add(first);
    }
  }

  /**
   * Window by window. A window ends before a space that is the only one between two words, which
   * every rule begins a piece with; it grows until there is one.
   */
  private long encode(MemorySegment text, IdBuffer out) {
    begin(out);
    boolean cuts = encoder.mayCutAtSpaces() && provenance.isOrdinaryText();
    long done = 0;
    long size = cuts ? WINDOW_BYTES : text.byteSize();
    while (done < text.byteSize() && !out.isFull()) {
      int length = Math.toIntExact(Math.min(size, text.byteSize() - done));
      if (length > window.length) {
        window = new byte[length];
      }
      MemorySegment.copy(text, ValueLayout.JAVA_BYTE, done, window, 0, length);
      int end = done + length == text.byteSize() ? length : lastCut(window, length);
      if (end < 0) {
        size *= 2;
        continue;
      }
      encoder.encode(window, 0, end, provenance, nfc, out, scratch);
      done += end;
      size = cuts ? WINDOW_BYTES : size;
    }
    if (window.length > 16 * WINDOW_BYTES) {
      window = new byte[0]; // of a text that was not like others
    }
    out.flush();
    return out.total();
  }

  /** The last place where the text may be cut, or -1. */
  private static int lastCut(byte[] text, int length) {
    for (int i = length - 5; i > 4; i--) {
      if (text[i] == ' ' && isWord(text, i + 1, length) && isWord(text, lastStart(text, i), i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isWord(byte[] text, int at, int to) {
    return (CharClass.at(text, at, to) & CharClass.CLASS) != CharClass.SPACE;
  }

  /** Where the character begins that ends at {@code end}, if it is one. */
  private static int lastStart(byte[] text, int end) {
    int start = end - 1;
    while (start > end - 4 && (text[start] & 0xC0) == 0x80) {
      start--;
    }
    return start;
  }
}

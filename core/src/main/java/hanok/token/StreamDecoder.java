package hanok.token;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns ids into text as they come. Bytes are held back until they are whole characters, and
 * characters as long as they may be the beginning of a stop string. Not thread-safe.
 */
public final class StreamDecoder {
  private final Tokenizer tokenizer;
  private final List<String> stopStrings;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] partial = {};
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StreamDecoder(Tokenizer tokenizer, List<String> stopStrings) {
    this.tokenizer = tokenizer;
    this.stopStrings = stopStrings.stream().filter(s -> !s.isEmpty()).toList();
  }

  /**
   * Adds a token and returns the text that is now certain; empty once {@link #stopped}. Control
   * tokens steer the model and are no part of what it says.
   */
  public String add(int id) {
    return stopped || tokenizer.isControl(id)
        ? ""
        : release(decode(tokenizer.bytes(id), false), false);
  }

  /** Whether a stop string has appeared; neither it nor what followed was returned. */
  public boolean stopped() {
    return stopped;
  }

  /** Returns what was held back. An unfinished character becomes U+FFFD. */
  public String finish() {
    return stopped ? "" : release(decode(new byte[0], true), true);
  }

  private String decode(byte[] bytes, boolean end) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(partial.length + bytes.length);
    all.writeBytes(partial);
    all.writeBytes(bytes);
    ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
    CharBuffer out = CharBuffer.allocate(in.remaining() + 4);
    decoder.reset();
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    partial = new byte[in.remaining()];
    in.get(partial);
    return out.flip().toString();
  }

  private String release(String text, boolean end) {
    held.append(text);
    int stop = -1;
    for (String stopString : stopStrings) {
      int at = held.indexOf(stopString);
      stop = at >= 0 && (stop < 0 || at < stop) ? at : stop;
    }
    stopped = stop >= 0;
    int safe = stopped ? stop : end ? held.length() : held.length() - heldBack();
    String released = held.substring(0, safe);
    held.delete(0, stopped ? held.length() : safe);
    return released;
  }

  /** Length of the longest end of {@link #held} that a stop string begins with. */
  private int heldBack() {
    int longest = 0;
    for (String stop : stopStrings) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (held.substring(held.length() - n).equals(stop.substring(0, n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}

package hanok.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.MalformedModelException;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a file of UTF-8, each a slice of a buffer that grows to the longest of them. A byte
 * order mark at the beginning is passed over.
 */
final class Lines implements Closeable {
  /** What a line may have at most; a longer one is no text that anybody wrote. */
  static final int MEBIBYTES_MAX = 64;

  private static final int BYTES_MAX = MEBIBYTES_MAX << 20;

  private final Path file;
  private final StoredInput input;
  private byte[] buffer = new byte[1 << 18];
  private int from;
  private int to;
  private int next;
  private int filled;
  private long number;
  private boolean ended;
  private boolean whole; // rather than a line
  private boolean terminated;

  Lines(Path file, FileKind kind) {
    this.file = file;
    input = new StoredInput(file, kind);
  }

  /** Goes on to the next line, without its line feed and a carriage return before that. */
  boolean advance() {
    number++;
    from = next;
    int searched = next;
    while (true) {
      int feed = indexOfFeed(searched);
      if (feed >= 0) {
        end(feed, true);
        next = feed + 1;
        return true;
      }
      searched = filled - from;
      if (!fill()) {
        boolean some = filled > from;
        end(filled, false);
        next = filled;
        return some;
      }
      searched += from;
    }
  }

  /** Reads all that is left as if it were one line, line feeds included. */
  boolean advanceToEnd() {
    number = 1;
    whole = true;
    from = next;
    while (fill()) {}
    end(filled, false);
    next = filled;
    return to > from;
  }

  private int indexOfFeed(int at) {
    for (int i = at; i < filled; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void end(int at, boolean feed) {
    terminated = feed;
    to = feed && at > from && buffer[at - 1] == '\r' ? at - 1 : at;
    if (number == 1 && to - from >= 3 && Utf8Check.isMark(buffer, from)) {
      from += 3;
    }
  }

  /** Appends to the line that {@link #from} begins, and moves it to the front of the buffer. */
  private boolean fill() {
    if (ended) {
      return false;
    }
    System.arraycopy(buffer, from, buffer, 0, filled - from);
    filled -= from;
    next -= from;
    from = 0;
    if (filled > BYTES_MAX) {
      throw malformed(
          whole
              ? "and what follows are more than the %d MiB of a document; --lines makes each line one"
                  .formatted(MEBIBYTES_MAX)
              : "has more than the %d MiB that a line may have".formatted(MEBIBYTES_MAX));
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int n = input.read(buffer, filled, buffer.length - filled);
    ended = n < 0;
    filled += Math.max(0, n);
    return !ended;
  }

  byte[] buffer() {
    return buffer;
  }

  /** Where the line begins in {@link #buffer}. */
  int from() {
    return from;
  }

  /** Where the line ends in {@link #buffer}, exclusively. */
  int to() {
    return to;
  }

  /** Whether a line feed ends the line; only the last one may do without. */
  boolean terminated() {
    return terminated;
  }

  boolean isBlank() {
    for (int i = from; i < to; i++) {
      if (buffer[i] != ' ' && buffer[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  String text() {
    requireUtf8();
    return new String(buffer, from, to - from, UTF_8);
  }

  void requireUtf8() {
    int invalid = Utf8Check.firstInvalid(buffer, from, to);
    if (invalid >= 0) {
      throw malformed(
          "is not UTF-8: byte %d of it is 0x%02X".formatted(invalid - from + 1, buffer[invalid]));
    }
  }

  /** @param reason goes on from "line 3 " */
  MalformedModelException malformed(String reason) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, "line " + number + " " + reason);
  }

  long bytesRead() {
    return input.bytesRead();
  }

  long bytesTotal() {
    return input.bytesTotal();
  }

  @Override
  public void close() {
    input.close();
  }
}

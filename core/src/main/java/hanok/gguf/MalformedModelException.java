package hanok.gguf;

import java.nio.file.Path;

/**
 * A model file that does not say what it should. Its message is one sentence that names the file,
 * the byte where the trouble was seen (if it is at one place) and the reason.
 */
public final class MalformedModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The offset of trouble that is not at one place, such as a missing key. */
  public static final long NOWHERE = -1;

  /** A hostile name may be megabytes long. */
  private static final int REASON_MAX = 400;

  private final String file;
  private final long offset;
  private final String reason;

  /**
   * @param offset bytes from the start of {@code file}, or {@link #NOWHERE}
   * @param reason a clause without a full stop, with both numbers where two disagree; what it
   *     quotes of the file may be anything, so it is shortened, and control characters are escaped
   */
  public MalformedModelException(Path file, long offset, String reason) {
    String printable = printable(reason);
    super(file + (offset == NOWHERE ? ": " : ": at byte " + offset + ": ") + printable);
    this.file = file.toString();
    this.offset = offset;
    this.reason = printable;
  }

  /** Text of a file that may be shown: nothing in it moves a cursor or begins a line. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(REASON_MAX)
        .forEach(c -> {
          if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
            printable.append("\\u%04X".formatted(c));
          } else {
            printable.appendCodePoint(c);
          }
        });
    return printable.append(text.length() > 2 * REASON_MAX ? "…" : "").toString();
  }

  public Path file() {
    return Path.of(file);
  }

  public long offset() {
    return offset;
  }

  public String reason() {
    return reason;
  }
}

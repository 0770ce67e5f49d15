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

  private final String file;
  private final long offset;
  private final String reason;

  /**
   * @param offset bytes from the start of {@code file}, or {@link #NOWHERE}
   * @param reason a clause without a full stop, with both numbers where two disagree
   */
  public MalformedModelException(Path file, long offset, String reason) {
    super(file + (offset == NOWHERE ? ": " : ": at byte " + offset + ": ") + reason);
    this.file = file.toString();
    this.offset = offset;
    this.reason = reason;
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

package hanok.console;

import org.jspecify.annotations.Nullable;

/** Something that ends a command, told to the user in one sentence of {@link Messages}. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final String key;
  private final transient @Nullable Object[] values;

  /**
   * @param key of the sentence
   * @param values for its places
   */
  public Failure(int exitCode, String key, @Nullable Object... values) {
    super(key);
    this.exitCode = exitCode;
    this.key = key;
    this.values = values;
  }

  public int exitCode() {
    return exitCode;
  }

  public String sentence(Messages messages) {
    return messages.text(key, values);
  }
}

package hanok.cli;

/** Something that ends a command, told to the user in one sentence of {@link Messages}. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final String key;
  private final transient Object[] values;

  /**
   * @param key of the sentence
   * @param values for its places
   */
  Failure(int exitCode, String key, Object... values) {
    super(key);
    this.exitCode = exitCode;
    this.key = key;
    this.values = values;
  }

  int exitCode() {
    return exitCode;
  }

  String sentence(Messages messages) {
    return messages.text(key, values);
  }
}

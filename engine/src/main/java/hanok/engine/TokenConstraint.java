package hanok.engine;

/**
 * Says which tokens may come next in one answer, so that the whole has a given form. An answer asks
 * {@link #allowed} before it chooses a token, and then tells it by {@link #accept}. Not
 * thread-safe.
 */
public interface TokenConstraint {
  /**
   * The tokens that may come next: a bit an id, {@code [ceil(vocab / 64)]}. Tokens that end an
   * answer are among them exactly if the text may end here. It stays as it is; nobody changes it.
   */
  long[] allowed();

  /** A token that was allowed has been chosen. */
  void accept(int id);
}

package hanok.store;

/** There is no model of this name, here or where it was looked for. */
public final class NoSuchModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NoSuchModelException(String message) {
    super(message);
  }
}

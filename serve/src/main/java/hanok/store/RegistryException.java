package hanok.store;

/** A registry does not give what it is asked for; the sentence says why and what helps. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  RegistryException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The registry's HTTP status. */
  public int status() {
    return status;
  }
}

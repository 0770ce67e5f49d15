package hanok.store;

/** Bytes that are not what they should be: another digest, another size, a manifest that lies. */
public final class IntegrityException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public IntegrityException(String message) {
    super(message);
  }
}

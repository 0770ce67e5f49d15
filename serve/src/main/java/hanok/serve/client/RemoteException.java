package hanok.serve.client;

/** A server that does not answer, or says no. */
public final class RemoteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** In place of a status: nobody answered. */
  public static final int UNREACHABLE = 0;

  private final int status;

  RemoteException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status, or {@link #UNREACHABLE}. */
  public int status() {
    return status;
  }
}

package hanok.serve.http;

/** The client has left, or does not read: there is nobody to answer. */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClientGoneException(Throwable cause) {
    super("the client is gone", cause, false, false);
  }
}

package hanok.console;

/** What the program says to the shell. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILURE = 1;
  public static final int USAGE = 2;
  public static final int NOT_FOUND = 3;

  /** A licence must be accepted first. */
  public static final int LICENCE = 4;

  /** No server answers. */
  public static final int UNREACHABLE = 5;

  /** The server has too much to do. */
  public static final int BUSY = 6;

  /** Bytes are not what they should be. */
  public static final int INTEGRITY = 7;

  public static final int INTERRUPTED = 130;

  /** As a program that a closed pipe has ended. */
  public static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}

package hanok.cli;

/** What the program says to the shell. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;

  /** A licence must be accepted first. */
  static final int LICENCE = 4;

  /** No server answers. */
  static final int UNREACHABLE = 5;

  /** The server has too much to do. */
  static final int BUSY = 6;

  /** Bytes are not what they should be. */
  static final int INTEGRITY = 7;

  static final int INTERRUPTED = 130;

  /** As a program that a closed pipe has ended. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}

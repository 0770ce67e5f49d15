package hanok.cli;

/** What the program says to the shell. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int LICENCE = 4;
  static final int INTEGRITY = 7;
  static final int INTERRUPTED = 130;

  /** As a program that a closed pipe has ended. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}

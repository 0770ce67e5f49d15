package hanok.template;

/**
 * A template that cannot be read, or that failed on a conversation. Its message is one sentence
 * that names the line and column of the template.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a hostile template quotes of itself may be megabytes long. */
  private static final int MESSAGE_MAX = 400;

  private final int line;
  private final int column;
  private final boolean raised;
  private final String reason;

  /**
   * @param line the line of the template, from 1
   * @param column the column, from 1, in UTF-16 units
   * @param raised whether the template itself refused the conversation, by {@code raise_exception}
   */
  TemplateException(int line, int column, String reason, boolean raised) {
    String printable = printable(reason);
    super("template line %d, column %d: %s".formatted(line, column, printable));
    this.reason = printable;
    this.line = line;
    this.column = column;
    this.raised = raised;
  }

  public int line() {
    return line;
  }

  /** The message without the place. */
  public String reason() {
    return reason;
  }

  public int column() {
    return column;
  }

  /** Whether the template itself refused the conversation, and the message is its own. */
  public boolean raised() {
    return raised;
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(MESSAGE_MAX)
        .forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return printable.toString();
  }
}

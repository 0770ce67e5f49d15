package hanok.template;

/**
 * What went wrong, before anybody has said where: whoever knows the place turns it into a {@link
 * TemplateException}.
 */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final boolean raised;

  Fault(String reason) {
    this(reason, false);
  }

  private Fault(String reason, boolean raised) {
    super(reason, null, false, false);
    this.reason = reason;
    this.raised = raised;
  }

  /** The template's own refusal. */
  static Fault raised(String reason) {
    return new Fault(reason, true);
  }

  /** The same, at a place of a template's source. */
  TemplateException at(String source, int offset) {
    int end = Math.min(offset, source.length());
    int line = 1;
    int start = 0;
    for (int i = 0; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new TemplateException(line, end - start + 1, reason, raised);
  }
}

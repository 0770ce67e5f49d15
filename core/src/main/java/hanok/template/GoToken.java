package hanok.template;

/**
 * A word of a Go template.
 *
 * @param at where it begins in the source
 * @param spaced whether white space is before it, which tells {@code .a.b} from {@code .a .b}
 */
record GoToken(Kind kind, String text, int at, boolean spaced) {
  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    NAME,
    FIELD,
    DOT,
    VARIABLE,
    STRING,
    NUMBER,
    SIGN,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  /** What messages call it. */
  String label() {
    return switch (kind) {
      case END -> "the end of the template";
      case TEXT -> "text";
      case OPEN -> "'{{'";
      case CLOSE -> "'}}'";
      case STRING -> "a string";
      case NAME, FIELD, DOT, VARIABLE, NUMBER, SIGN -> "'" + text + "'";
    };
  }
}

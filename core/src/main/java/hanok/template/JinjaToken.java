package hanok.template;

/**
 * A word of a Jinja template.
 *
 * @param at where it begins in the source
 */
record JinjaToken(Kind kind, String text, int at) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    REAL,
    OPERATOR,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  boolean isOperator(String text) {
    return is(Kind.OPERATOR, text);
  }

  boolean isName(String text) {
    return is(Kind.NAME, text);
  }

  /** What messages call it. */
  String label() {
    return switch (kind) {
      case END -> "the end of the template";
      case DATA -> "text";
      case VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, NAME, INTEGER, REAL, OPERATOR ->
          "'" + text + "'";
      case STRING -> "a string";
    };
  }
}

package hanok.store;

/** Text from somewhere else that may be shown: on one line, and not longer than it should be. */
final class Printable {
  private static final int CHARS_MAX = 100;

  private Printable() {}

  static String of(String text) {
    return of(text, CHARS_MAX);
  }

  static String of(String text, int charsMax) {
    String start = text.length() > charsMax ? text.substring(0, charsMax) + "…" : text;
    return start.replaceAll("[\\p{IsControl}\\u2028\\u2029]", "?");
  }
}

package hanok.corpus;

/**
 * A text and what is known of it.
 *
 * @param text any Unicode text
 * @param lang its language as in ISO 639-1, such as {@code ko}; empty if nobody said
 */
public record Document(String text, String lang) {}

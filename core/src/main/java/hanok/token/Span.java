package hanok.token;

/**
 * A part of a prompt.
 *
 * @param template whether the chat template says it, and not a person
 */
public record Span(String text, boolean template) {}

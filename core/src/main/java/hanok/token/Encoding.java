package hanok.token;

/**
 * Ids with the places in the text that they stand for, in UTF-16 units: token {@code i} covers
 * {@code [starts[i], ends[i])}. A token that holds a part of a character covers all of it, so
 * neighbours may overlap.
 */
public record Encoding(int[] ids, int[] starts, int[] ends) {}

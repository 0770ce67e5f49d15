package hanok.store;

import java.util.Locale;
import java.util.Set;

/**
 * The name of a model, {@code HOST/NAMESPACE/MODEL:TAG}, as Ollama has them: what is left out on
 * the left is {@code registry.ollama.ai} and {@code library}, on the right {@code latest}. Letters
 * keep their case, but names that differ in nothing else are equal. Each part begins with a letter,
 * a digit or {@code _} and goes on with these, {@code -} and {@code .}, so that no name leads out
 * of a folder; a namespace has no dot, and only a host may have a port.
 */
public record ModelName(String host, String namespace, String model, String tag) {
  /** Where names without a host come from. */
  public static final String DEFAULT_HOST = "registry.ollama.ai";

  static final String DEFAULT_NAMESPACE = "library";
  static final String DEFAULT_TAG = "latest";
  private static final int HOST_MAX = 350;
  private static final int PART_MAX = 80;
  private static final Set<String> HUBS = Set.of("hf.co", "huggingface.co");

  /** What a name is made of. */
  private enum Part {
    HOST(HOST_MAX, "_-.:"),
    NAMESPACE(PART_MAX, "_-"),
    MODEL(PART_MAX, "_-."),
    TAG(PART_MAX, "_-.");

    private final int max;
    private final String signs;

    Part(int max, String signs) {
      this.max = max;
      this.signs = signs;
    }

    boolean allows(String text) {
      if (text.isEmpty() || text.length() > max) {
        return false;
      }
      return isWord(text.charAt(0))
          && text.chars().allMatch(c -> isWord(c) || signs.indexOf(c) >= 0);
    }

    private static boolean isWord(int c) {
      return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }
  }

  public ModelName {
    String whole = host + "/" + namespace + "/" + model + ":" + tag;
    check(Part.HOST, host, whole);
    check(Part.NAMESPACE, namespace, whole);
    check(Part.MODEL, model, whole);
    check(Part.TAG, tag, whole);
  }

  /**
   * Reads a name as a person types it; {@code https://} before it is passed over.
   *
   * @throws IllegalArgumentException if it is not a name
   */
  public static ModelName parse(String text) {
    String rest = text.startsWith("https://") ? text.substring("https://".length()) : text;
    String tag = DEFAULT_TAG;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    String[] parts = rest.split("/", -1);
    return switch (parts.length) {
      case 1 -> new ModelName(DEFAULT_HOST, DEFAULT_NAMESPACE, parts[0], tag);
      case 2 -> new ModelName(DEFAULT_HOST, parts[0], parts[1], tag);
      case 3 -> new ModelName(parts[0], parts[1], parts[2], tag);
      default -> throw new IllegalArgumentException(refusal(text, "it has too many slashes"));
    };
  }

  private static void check(Part part, String text, String whole) {
    if (!part.allows(text)) {
      throw new IllegalArgumentException(
          refusal(
              whole,
              "its %s must have 1 to %d letters, digits or %s and begin with a letter or a digit"
                  .formatted(
                      part.name().toLowerCase(Locale.ROOT),
                      part.max,
                      String.join(" ", part.signs.split("")))));
    }
  }

  private static String refusal(String whole, String reason) {
    return "\"%s\" is not the name of a model: %s".formatted(Printable.of(whole), reason);
  }

  /** Whether it is a repository of the Hugging Face hub. */
  public boolean isHub() {
    return HUBS.contains(host.toLowerCase(Locale.ROOT));
  }

  public ModelName withTag(String other) {
    return new ModelName(host, namespace, model, other);
  }

  /** The name for people, without what can be left out on the left; always with its tag. */
  public String shortest() {
    String tagged = model + ":" + tag;
    if (!host.equalsIgnoreCase(DEFAULT_HOST)) {
      return host + "/" + namespace + "/" + tagged;
    }
    return namespace.equalsIgnoreCase(DEFAULT_NAMESPACE) ? tagged : namespace + "/" + tagged;
  }

  /** All four parts. */
  @Override
  public String toString() {
    return host + "/" + namespace + "/" + model + ":" + tag;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelName name && name.toString().equalsIgnoreCase(toString());
  }

  @Override
  public int hashCode() {
    return toString().toLowerCase(Locale.ROOT).hashCode();
  }
}

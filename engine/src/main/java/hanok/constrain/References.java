package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Finds what the {@code $ref}s of a schema name, which is within the same schema: nothing is loaded
 * from elsewhere.
 */
final class References {
  static final int NODES_MAX = 50_000;
  static final int DEPTH_MAX = 300;

  private final JsonNode root;

  /**
   * @throws IllegalArgumentException if the schema is larger or deeper than anything that is read
   */
  References(JsonNode root) {
    checkSize(root);
    this.root = root;
  }

  /** Refuses what is too large, before anything walks through it by recursion. */
  static void checkSize(JsonNode root) {
    record Open(JsonNode node, int depth) {}
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open(root, 0));
    int nodes = 0;
    while (!open.isEmpty()) {
      Open at = open.pop();
      if (at.depth > DEPTH_MAX) {
        throw new IllegalArgumentException(
            "the schema nests deeper than %d levels".formatted(DEPTH_MAX));
      }
      for (JsonNode child : at.node.values()) {
        if (++nodes > NODES_MAX) {
          throw new IllegalArgumentException(
              "the schema has more than %d values".formatted(NODES_MAX));
        }
        open.push(new Open(child, at.depth + 1));
      }
    }
  }

  JsonNode find(JsonNode reference, String pointer) {
    String text = Keywords.text(reference, pointer);
    if (text.equals("#")) {
      return root;
    }
    if (!text.startsWith("#/")) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is not within the schema, as \"#/$defs/NAME\" is".formatted(pointer, text));
    }
    JsonNode found;
    try {
      String plain = URLDecoder.decode(text.substring(1).replace("+", "%2B"), UTF_8);
      found = root.at(JsonPointer.compile(plain));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is no JSON pointer".formatted(pointer, text), e);
    }
    if (found.isMissingNode()) {
      throw new IllegalArgumentException("%s: \"%s\" names nothing".formatted(pointer, text));
    }
    return found;
  }
}

package hanok.constrain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The grammars that were asked for last, for one vocabulary, with what has been found out about
 * them: a schema that comes again, as it does from a program, costs nothing. Thread-safe.
 */
public final class GrammarCache {
  private final TokenTrie trie;
  private final int capacity;
  private final Map<Object, TokenGrammar> grammars = new LinkedHashMap<>(16, 0.75f, true);

  private record SchemaKey(String schema) {}

  private record CallKey(boolean orText, List<ToolKey> tools) {}

  private record ToolKey(String name, String parameters) {}

  /**
   * An empty cache.
   *
   * @param capacity how many grammars are kept; each holds up to 20 MB, and usually far less
   */
  public GrammarCache(TokenTrie trie, int capacity) {
    this.trie = trie;
    this.capacity = capacity;
  }

  /** See {@link Grammar#json}. */
  public TokenGrammar json() {
    return find("json", Grammar::json);
  }

  /** See {@link Grammar#ofSchema}. */
  public TokenGrammar ofSchema(JsonNode schema) {
    References.checkSize(schema);
    return find(new SchemaKey(schema.toString()), () -> Grammar.ofSchema(schema));
  }

  /** See {@link Grammar#call}. */
  public TokenGrammar call(List<Tool> tools) {
    return find(key(false, tools), () -> Grammar.call(tools));
  }

  /** See {@link Grammar#textOrCall}. */
  public TokenGrammar textOrCall(List<Tool> tools) {
    return find(key(true, tools), () -> Grammar.textOrCall(tools));
  }

  private static CallKey key(boolean orText, List<Tool> tools) {
    return new CallKey(
        orText,
        tools.stream()
            .map(tool -> {
              References.checkSize(tool.parameters());
              return new ToolKey(tool.name(), tool.parameters().toString());
            })
            .toList());
  }

  /** Compiles without a lock: two that ask for the same at once may both do the work. */
  private TokenGrammar find(Object key, Supplier<Grammar> compile) {
    synchronized (grammars) {
      TokenGrammar known = grammars.get(key);
      if (known != null) {
        return known;
      }
    }
    TokenGrammar grammar = new TokenGrammar(compile.get(), trie);
    synchronized (grammars) {
      TokenGrammar known = grammars.putIfAbsent(key, grammar);
      var oldest = grammars.keySet().iterator();
      if (grammars.size() > capacity) {
        oldest.next();
        oldest.remove();
      }
      return known == null ? grammar : known;
    }
  }
}

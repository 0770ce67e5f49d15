package hanok.constrain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The form of an answer, ready to be kept: an automaton over bytes, and for one vocabulary the
 * tokens that may follow its configurations, which are remembered. Thread-safe; many answers share
 * one.
 */
public final class Grammar {

  /**
   * A function that a model may call.
   *
   * @param parameters JSON Schema of its arguments
   */
  public record Tool(String name, JsonNode parameters) {}

  /** Masks that are remembered: 13 kB each for 102,400 tokens. */
  private static final int MASKS_MAX = 256;

  private final Configurations configurations;
  private final TokenTrie trie;
  private final Map<Configuration, long[]> masks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Configuration, long[]> eldest) {
          return size() > MASKS_MAX;
        }
      };

  private Grammar(Automaton automaton, TokenTrie trie) {
    configurations = new Configurations(automaton);
    this.trie = trie;
  }

  @FunctionalInterface
  private interface Drawing {
    void draw(AutomatonBuilder draw, JsonRules json, int from, int to);
  }

  private static Grammar of(TokenTrie trie, Drawing drawing) {
    AutomatonBuilder draw = new AutomatonBuilder();
    JsonRules json = new JsonRules(draw);
    int rule = draw.rule();
    drawing.draw(draw, json, draw.start(rule), draw.end(rule));
    return new Grammar(draw.build(rule), trie);
  }

  /** Any JSON object. */
  public static Grammar json(TokenTrie trie) {
    return of(trie, (draw, json, from, to) -> json.object(from, to));
  }

  /**
   * What a JSON Schema describes.
   *
   * @throws IllegalArgumentException naming the place in the schema, if it asks for what cannot be
   *     kept, for what no value has, or for too much
   */
  public static Grammar ofSchema(JsonNode schema, TokenTrie trie) {
    return of(
        trie,
        (draw, json, from, to) ->
            new SchemaCompiler(draw, json, schema).draw(schema, "", from, to));
  }

  /** A call of one of these functions: {@code {"name": …, "arguments": {…}}}. */
  public static Grammar call(List<Tool> tools, TokenTrie trie) {
    return of(trie, (draw, json, from, to) -> call(tools, draw, json, from, to));
  }

  /** Text that does not begin with a brace, or a call. */
  public static Grammar textOrCall(List<Tool> tools, TokenTrie trie) {
    return of(
        trie,
        (draw, json, from, to) -> {
          int begin = draw.state(); // white space has come, or nothing
          draw.skip(from, begin);
          " \n\r\t".chars().forEach(space -> draw.bytes(begin, space, space, begin));
          draw.skip(begin, to);
          call(tools, draw, json, begin, to);
          Utf8Ranges utf8 = new Utf8Ranges(draw);
          int text = draw.state();
          utf8.codePoints(begin, 0, 8, text);
          utf8.codePoints(begin, 0x0B, 0x0C, text);
          utf8.codePoints(begin, 0x0E, 0x1F, text);
          utf8.codePoints(begin, '!', '{' - 1, text);
          utf8.codePoints(begin, '{' + 1, 0x10FFFF, text);
          utf8.codePoints(text, 0, 0x10FFFF, text);
          draw.skip(text, to);
        });
  }

  private static void call(
      List<Tool> tools, AutomatonBuilder draw, JsonRules json, int from, int to) {
    for (Tool tool : tools) {
      int name = draw.state();
      draw.text(from, "{\"name\":", name);
      int quoted = draw.state();
      draw.skip(name, quoted);
      draw.bytes(name, ' ', ' ', quoted);
      int arguments = draw.state();
      draw.text(quoted, JsonMapper.shared().writeValueAsString(tool.name), arguments);
      int key = draw.state();
      new SchemaCompiler(draw, json, tool.parameters).separator(arguments, key);
      int colon = draw.state();
      draw.text(key, "\"arguments\"", colon);
      int value = draw.state();
      json.colon(colon, value);
      int close = draw.state();
      new SchemaCompiler(draw, json, tool.parameters).draw(tool.parameters, "", value, close);
      json.close(close, '}', to);
    }
  }

  Configurations configurations() {
    return configurations;
  }

  TokenTrie trie() {
    return trie;
  }

  long[] allowed(Configuration configuration) {
    synchronized (masks) {
      long[] known = masks.get(configuration);
      if (known != null) {
        return known;
      }
    }
    long[] mask = trie.allowed(configurations, configuration);
    synchronized (masks) {
      masks.put(configuration, mask);
    }
    return mask;
  }
}

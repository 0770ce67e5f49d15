package hanok.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The parameters that a model may carry, by their names in Ollama, and what each may be: a {@code
 * Long}, a {@code Double}, a {@code Boolean} or a {@code List<String>}.
 */
public final class Parameters {
  private enum Kind {
    INTEGER("an integer"),
    REAL("a number"),
    FLAG("true or false"),
    TEXTS("text");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private static final Map<String, Kind> KINDS = kinds();

  private Parameters() {}

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new TreeMap<>();
    for (String name :
        List.of(
            "draft_num_predict",
            "main_gpu",
            "mirostat",
            "num_batch",
            "num_ctx",
            "num_gpu",
            "num_gqa",
            "num_keep",
            "num_predict",
            "num_thread",
            "repeat_last_n",
            "seed",
            "top_k")) {
      kinds.put(name, Kind.INTEGER);
    }
    for (String name :
        List.of(
            "frequency_penalty",
            "min_p",
            "mirostat_eta",
            "mirostat_tau",
            "presence_penalty",
            "repeat_penalty",
            "temperature",
            "tfs_z",
            "top_p",
            "typical_p")) {
      kinds.put(name, Kind.REAL);
    }
    for (String name :
        List.of(
            "f16_kv",
            "low_vram",
            "logits_all",
            "numa",
            "penalize_newline",
            "shift",
            "truncate",
            "use_mlock",
            "use_mmap",
            "vocab_only")) {
      kinds.put(name, Kind.FLAG);
    }
    kinds.put("stop", Kind.TEXTS);
    return kinds;
  }

  /**
   * One value, as its parameter has it.
   *
   * @param value a text, number, boolean or list, from a Modelfile or from JSON
   * @throws IllegalArgumentException if there is no such parameter, or the value does not suit it
   */
  public static Object typed(String name, Object value) {
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw new IllegalArgumentException(
          "there is no parameter \"%s\"; there are %s"
              .formatted(Printable.of(name), String.join(", ", KINDS.keySet())));
    }
    try {
      return switch (kind) {
        case INTEGER -> integer(value);
        case REAL -> real(value);
        case FLAG -> flag(value);
        case TEXTS -> texts(value);
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "parameter %s must be %s, not \"%s\""
              .formatted(name, kind.label, Printable.of(String.valueOf(value))));
    }
  }

  private static Long integer(Object value) {
    if (value instanceof Number number) {
      if (number.doubleValue() != Math.rint(number.doubleValue())) {
        throw new IllegalArgumentException();
      }
      return number.longValue();
    }
    return Long.valueOf(String.valueOf(value));
  }

  private static Double real(Object value) {
    double real =
        value instanceof Number number
            ? number.doubleValue()
            : Double.parseDouble(String.valueOf(value));
    if (!Double.isFinite(real)) {
      throw new IllegalArgumentException();
    }
    return real;
  }

  private static Boolean flag(Object value) {
    return switch (String.valueOf(value).toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static List<String> texts(Object value) {
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      for (Object element : list) {
        if (!(element instanceof String text)) {
          throw new IllegalArgumentException();
        }
        texts.add(text);
      }
      return List.copyOf(texts);
    }
    return List.of(String.valueOf(value));
  }

  /** Sets a parameter that came as text; one that is a list grows. */
  static void add(SequencedMap<String, Object> parameters, String name, String value) {
    Object typed = typed(name, value);
    if (typed instanceof List<?> && parameters.get(name) instanceof List<?> before) {
      List<Object> all = new ArrayList<>(before);
      all.add(value);
      parameters.put(name, List.copyOf(all));
    } else {
      parameters.put(name, typed);
    }
  }

  /** A value of a params layer; what no parameter of ours is stays as it is. */
  static Object ofJson(String name, JsonNode node) {
    Object value =
        switch (node.getNodeType()) {
          case BOOLEAN -> node.booleanValue();
          case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
          case ARRAY -> node.valueStream().map(element -> element.asString("")).toList();
          default -> node.asString("");
        };
    return KINDS.containsKey(name) ? typed(name, value) : value;
  }
}

package hanok.cli;

import hanok.engine.SamplerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server says of a model: the answer of {@code POST /api/show}. */
record RemoteModel(JsonNode shown) {

  /** The model's own way of sampling: what its file says, and over that its Modelfile. */
  AnswerOptions own() {
    return AnswerOptions.of(fileDefaults(), parameters());
  }

  private SamplerOptions fileDefaults() {
    Map<String, String> names =
        Map.of(
            "temp", "temperature",
            "top_k", "top_k",
            "top_p", "top_p",
            "min_p", "min_p",
            "penalty_repeat", "repeat_penalty",
            "penalty_last_n", "repeat_last_n");
    Map<String, Object> told = new TreeMap<>();
    names.forEach((key, name) -> {
      JsonNode value = info("general.sampling." + key);
      if (value.isNumber()) {
        told.put(name, value.numberValue());
      }
    });
    return AnswerOptions.of(SamplerOptions.DEFAULT, told).sampling();
  }

  /** Lines of a name and a value, as a Modelfile has them; a list has a line for each element. */
  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new TreeMap<>();
    List<String> stop = new ArrayList<>();
    for (String line : text("parameters").lines().toList()) {
      String[] words = line.strip().split("\\s+", 2);
      if (words.length == 2 && words[0].equals("stop")) {
        stop.add(unquoted(words[1]));
      } else if (words.length == 2) {
        number(words[1]).ifPresent(number -> parameters.put(words[0], number));
      }
    }
    parameters.put("stop", stop);
    return parameters;
  }

  private static Optional<Number> number(String text) {
    try {
      boolean whole = text.matches("-?\\d+");
      return Optional.of(whole ? (Number) Long.valueOf(text) : (Number) Double.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty(); // true, say
    }
  }

  private static String unquoted(String text) {
    if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
      return text;
    }
    try {
      return JsonMapper.shared().readTree(text).asString(text);
    } catch (JacksonException e) {
      return text.substring(1, text.length() - 1);
    }
  }

  Optional<String> system() {
    return told(text("system"));
  }

  /** How many turns the server puts before every conversation. */
  int turnsBefore() {
    return shown.path("messages").size();
  }

  Optional<String> template() {
    return told(text("template")).or(() -> told(info("tokenizer.chat_template").asString("")));
  }

  Optional<String> licence() {
    return told(text("license")).or(() -> told(info("general.license").asString("")));
  }

  String architecture() {
    return info("general.architecture").asString("?");
  }

  /** A number of the architecture, such as its {@code block_count}; "?" if it is not told. */
  String number(Measure measure) {
    JsonNode value = info(architecture() + "." + measure.key);
    return value.isIntegralNumber() ? value.numberValue().toString() : "?";
  }

  /** Numbers of an architecture. */
  enum Measure {
    LAYERS("block_count"),
    WIDTH("embedding_length"),
    CONTEXT("context_length");

    private final String key;

    Measure(String key) {
      this.key = key;
    }
  }

  private JsonNode info(String key) {
    return shown.path("model_info").path(key);
  }

  private String text(String key) {
    return shown.path(key).asString("");
  }

  private static Optional<String> told(String text) {
    return Optional.of(text).filter(some -> !some.isBlank());
  }
}

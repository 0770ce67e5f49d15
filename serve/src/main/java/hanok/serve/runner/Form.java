package hanok.serve.runner;

import tools.jackson.databind.JsonNode;

/** The form that an answer must have. */
public sealed interface Form {
  /** Any text. */
  record Text() implements Form {}

  /** A JSON object. */
  record Json() implements Form {}

  /** JSON that a schema describes. */
  record Schema(JsonNode schema) implements Form {}

  /** Text or a call of a function, or certainly a call. */
  record Call(Tools tools) implements Form {}

  Form TEXT = new Text();

  /** The form that these tools, or else {@code otherwise}, ask for. */
  static Form of(Tools tools, Form otherwise) {
    return tools.isEmpty() ? otherwise : new Call(tools);
  }
}

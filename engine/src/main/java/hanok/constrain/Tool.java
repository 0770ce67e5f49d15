package hanok.constrain;

import tools.jackson.databind.JsonNode;

/**
 * A function that a model may ask to have called.
 *
 * @param parameters the JSON Schema of its arguments, which are an object
 */
public record Tool(String name, JsonNode parameters) {}

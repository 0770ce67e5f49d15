package hanok.serve.api;

import tools.jackson.databind.JsonNode;

/** How an interface writes an error. */
@FunctionalInterface
public interface ErrorForm {
  JsonNode body(ApiException error);
}

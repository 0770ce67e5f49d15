/**
 * The ground floor: what a model file says. It depends on the JDK and on Jackson, and imports
 * nothing from the floors above.
 */
module hanok.core {
  requires static transitive org.jspecify;
  requires tools.jackson.databind;

  exports hanok.chat;
  exports hanok.gguf;
  exports hanok.model;
  exports hanok.safetensors;
  exports hanok.template;
  exports hanok.token;
}

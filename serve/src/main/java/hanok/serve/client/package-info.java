/** Asks a running server, ours or Ollama's, over its interface. */
@org.jspecify.annotations.NullMarked
package hanok.serve.client;

/** Ollama's interface. */
@org.jspecify.annotations.NullMarked
package hanok.serve.ollama;

/**
 * GGUF, the file format of llama.cpp and Ollama: read by mapping, written atomically.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
 */
@org.jspecify.annotations.NullMarked
package hanok.gguf;

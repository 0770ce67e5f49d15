package hanok.serve.runner;

import hanok.chat.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that can be loaded, and how its maker wants it to be run.
 *
 * @param name as users say it
 * @param digest of its manifest, or of its file: two with the same digest are the same model
 * @param weights a GGUF file
 * @param template in Ollama's form, if it comes with one
 * @param system what the model is told, if the conversation does not say
 * @param parameters options by Ollama's names: numbers, strings, booleans, lists of strings
 * @param messages that every conversation begins with
 */
public record Servable(
    String name,
    String digest,
    Path weights,
    Optional<String> template,
    Optional<String> system,
    Map<String, Object> parameters,
    List<Message> messages) {
  public Servable {
    parameters = Map.copyOf(parameters);
    messages = List.copyOf(messages);
  }
}

package hanok.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where models are.
 *
 * @param home the folder that is ours, {@code HANOK_HOME} or {@code ~/.hanok}
 * @param readOnly stores of Ollama, which are read and never written
 */
public record StorePaths(Path home, List<Path> readOnly) {

  /**
   * What the environment says: {@code HANOK_HOME} and {@code OLLAMA_MODELS}, and where both are
   * otherwise.
   */
  public static StorePaths of(Map<String, String> environment) {
    Path user = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", ".")));
    String home = environment.getOrDefault("HANOK_HOME", "");
    Path ours = home.isEmpty() ? user.resolve(".hanok") : Path.of(home);
    String ollama = environment.getOrDefault("OLLAMA_MODELS", "");
    Set<Path> others = new LinkedHashSet<>();
    others.add(ollama.isEmpty() ? user.resolve(".ollama/models") : Path.of(ollama));
    others.add(Path.of("/usr/share/ollama/.ollama/models"));
    return new StorePaths(ours, others.stream().filter(Files::isDirectory).toList());
  }

  /** Our store. */
  public Path models() {
    return home.resolve("models");
  }

  /** Which licences were accepted. */
  public Path licences() {
    return home.resolve("licences.json");
  }
}

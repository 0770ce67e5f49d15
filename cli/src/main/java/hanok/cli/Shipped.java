package hanok.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The small model that comes with Hanok, so that there is one to talk to at once, offline. */
final class Shipped {
  /** What it is called, in the catalogue of a server too. */
  static final String NAME = "hanok-nano";

  private Shipped() {}

  /** Its file, if the launcher says where Hanok lies and the file is there. */
  static Optional<Path> file() {
    String home = System.getProperty("hanok.home", "");
    Path file = Path.of(home, "models", NAME + ".gguf");
    return home.isEmpty() || !Files.exists(file) ? Optional.empty() : Optional.of(file);
  }
}

package hanok.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many files and connections this process may have open at once. */
final class FileHandles {
  private static final Path LIMITS = Path.of("/proc/self/limits");

  /** Where the system does not say: what the JVM asks macOS for. */
  private static final int USUAL = 10_240;

  private FileHandles() {}

  static int most() {
    try {
      return most(Files.readAllLines(LIMITS));
    } catch (IOException e) {
      return USUAL;
    }
  }

  /**
   * @param lines such as {@code Max open files 1024 4096 files}: the limit, and to what the process
   *     may raise it, which the JVM has done
   */
  static int most(List<String> lines) {
    for (String line : lines) {
      String[] words = line.split("\\s+", -1);
      if (line.startsWith("Max open files") && words.length > 3) {
        return words[3].matches("[0-9]{1,9}") ? Integer.parseInt(words[3]) : Integer.MAX_VALUE;
      }
    }
    return USUAL;
  }
}

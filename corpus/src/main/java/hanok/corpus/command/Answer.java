package hanok.corpus.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a training tells on stdout: what its report says. */
record Answer(Path folder) {
  String json() {
    Path file = folder.resolve("report.json");
    return Json.read(file, bytes(file)).toString();
  }

  /** The report but for its list of tokens. */
  String text() {
    String report = new String(bytes(folder.resolve("report.md")), UTF_8);
    int tokens = report.indexOf("\nThe longest tokens");
    return tokens < 0 ? report : report.substring(0, tokens);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

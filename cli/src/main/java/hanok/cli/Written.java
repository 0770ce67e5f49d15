package hanok.cli;

import hanok.console.Json;
import hanok.console.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command says of the file that it has written. */
final class Written {
  private Written() {}

  static void report(Hanok hanok, Path file) {
    long bytes;
    try {
      bytes = Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (hanok.json()) {
      String json = Json.object().put("file", file.toString()).put("bytes", bytes).toString();
      hanok.io().out().println(json);
    } else {
      hanok.remark("written", file, Sizes.text(bytes));
    }
  }
}

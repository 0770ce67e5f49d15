package hanok.train.data;

import hanok.gguf.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A note beside shards that they are whole, and what was made with which settings.
 *
 * @param key all that they depend on
 */
record DoneFile(Path file, String key) {
  private record Note(String key, TokenizeReport report) {}

  /** What was reported, or null if the shards must be made again. */
  @Nullable TokenizeReport read(Path folder) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      Note note = JsonMapper.shared().readValue(Files.readAllBytes(file), Note.class);
      boolean whole =
          key.equals(note.key())
              && note.report().shards().stream()
                  .map(folder::resolve)
                  .allMatch(Files::isRegularFile);
      return whole ? note.report() : null;
    } catch (JacksonException e) {
      return null; // somebody else's file, or an older note: the shards are made again
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes away what was made before, so that nothing stays which is not made again. */
  void forget(Path folder) {
    try {
      if (Files.isRegularFile(file)) {
        for (String shard : shards()) {
          Path old = folder.resolve(shard).normalize();
          if (old.startsWith(folder.normalize()) && shard.endsWith(ShardHeader.SUFFIX)) {
            Files.deleteIfExists(old);
          }
        }
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> shards() throws IOException {
    try {
      return JsonMapper.shared().readValue(Files.readAllBytes(file), Note.class).report().shards();
    } catch (JacksonException e) {
      return List.of();
    }
  }

  void write(TokenizeReport report) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFile.write(
        file,
        JsonMapper.shared()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(new Note(key, report)));
  }
}

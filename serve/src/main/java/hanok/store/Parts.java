package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Models in several GGUF files: {@code parts/DIGEST/model-00001-of-0000N.gguf}, second names of
 * their blobs, since a part is found by its name. They take no space of their own; where a file can
 * have only one name, they are symbolic links.
 */
final class Parts {
  private final Path folder;

  Parts(Path root) {
    folder = root.resolve("parts");
  }

  /** By what the parts of a model are known: the digest of their digests. */
  static Digest digest(List<Layer> layers) {
    StringBuilder all = new StringBuilder();
    layers.forEach(layer -> all.append(layer.digest()).append('\n'));
    return Digest.of(all.toString().getBytes(UTF_8));
  }

  /** Lays out the parts of a model, unless they are there; returns the first. */
  Path lay(Digest model, List<Path> files) {
    Path mine = folder.resolve(model.hex());
    try {
      Files.createDirectories(mine);
      for (int part = 1; part <= files.size(); part++) {
        Path name = mine.resolve("model-%05d-of-%05d.gguf".formatted(part, files.size()));
        if (!Files.exists(name)) {
          link(name, files.get(part - 1));
        }
      }
    } catch (IOException e) {
      throw Durable.failed(e, mine);
    }
    return mine.resolve("model-00001-of-%05d.gguf".formatted(files.size()));
  }

  private static void link(Path name, Path file) throws IOException {
    Files.deleteIfExists(name); // a symbolic link to what is gone
    try {
      Files.createLink(name, file.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      Files.createSymbolicLink(name, file.toRealPath());
    }
  }

  /** Removes the parts of a model. */
  void delete(Digest model) {
    Path mine = folder.resolve(model.hex());
    if (!Files.isDirectory(mine)) {
      return;
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(mine)) {
      for (Path name : names) {
        Files.delete(name);
      }
      Files.delete(mine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

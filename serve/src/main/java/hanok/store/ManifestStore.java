package hanok.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names of a store: {@code manifests/HOST/NAMESPACE/MODEL/TAG}. What is not four folders deep,
 * is no plain file or bears no possible name is passed over.
 */
final class ManifestStore {
  private final Path folder;

  /** A manifest as it was at one moment. */
  record Entry(Manifest manifest, Instant modifiedAt) {}

  ManifestStore(Path root) {
    folder = root.resolve("manifests");
  }

  /** All names, in no order. */
  List<ModelName> names() {
    List<ModelName> names = new ArrayList<>();
    for (Path host : children(folder)) {
      for (Path namespace : children(host)) {
        for (Path model : children(namespace)) {
          children(model).forEach(tag -> add(tag, names));
        }
      }
    }
    return names;
  }

  private static void add(Path file, List<ModelName> names) {
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      return;
    }
    int parts = file.getNameCount();
    try {
      names.add(
          new ModelName(
              file.getName(parts - 4).toString(),
              file.getName(parts - 3).toString(),
              file.getName(parts - 2).toString(),
              file.getName(parts - 1).toString()));
    } catch (IllegalArgumentException e) {
      // Something else lies here; it is nobody's model.
    }
  }

  private static List<Path> children(Path folder) {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        stream.forEach(children::add);
      } catch (NoSuchFileException | NotDirectoryException e) {
        return List.of(); // deleted this moment
      } catch (AccessDeniedException e) {
        return List.of(); // another user's, who does not share
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return children;
  }

  /** The name as it is spelt here, whatever the case of its letters. */
  Optional<ModelName> spelling(ModelName name) {
    if (Files.isRegularFile(path(name), NOFOLLOW_LINKS)) {
      return Optional.of(name);
    }
    return names().stream().filter(name::equals).findFirst();
  }

  /**
   * The manifest of a name that is spelt so; empty if there is none, or no longer.
   *
   * @throws IntegrityException if it is no manifest
   */
  Optional<Entry> read(ModelName name) {
    Path file = path(name);
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      Manifest manifest = Manifest.parse(in.readNBytes(Manifest.BYTES_MAX + 1));
      Instant modified = Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toInstant();
      return Optional.of(new Entry(manifest, modified));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IntegrityException e) {
      throw new IntegrityException(name.shortest() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(ModelName name, Manifest manifest) {
    Path file = path(spelling(name).orElse(name));
    try {
      Durable.write(file, manifest.bytes());
    } catch (IOException e) {
      throw Durable.failed(e, file);
    }
  }

  /** Deletes a name that is spelt so, and folders that it leaves empty. */
  void delete(ModelName name) {
    try {
      Path file = path(name);
      Files.delete(file);
      Durable.sync(Durable.folder(file));
      for (Path up = Durable.folder(file); !up.equals(folder); up = Durable.folder(up)) {
        Files.delete(up);
      }
    } catch (DirectoryNotEmptyException e) {
      // Other models live there.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path(ModelName name) {
    return folder
        .resolve(name.host())
        .resolve(name.namespace())
        .resolve(name.model())
        .resolve(name.tag());
  }
}

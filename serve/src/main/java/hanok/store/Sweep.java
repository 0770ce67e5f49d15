package hanok.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Throws away what no name holds: at once what a deleted name has held; after a day other blobs,
 * since one may have been uploaded for a model that is about to be made; after a week half-finished
 * downloads.
 */
final class Sweep {
  private static final Duration BLOB_AGE = Duration.ofDays(1);
  private static final Duration DOWNLOAD_AGE = Duration.ofDays(7);

  private final Path root;
  private final BlobStore blobs;
  private final Supplier<Set<Digest>> needed;

  Sweep(Path root, BlobStore blobs, Supplier<Set<Digest>> needed) {
    this.root = root;
    this.blobs = blobs;
    this.needed = needed;
  }

  void run(Set<Digest> freed) {
    Set<Digest> kept = needed.get();
    Parts parts = new Parts(root);
    for (Digest digest : freed) {
      if (!kept.contains(digest)) {
        blobs.delete(digest);
        parts.delete(digest);
      }
    }
    each(
        blobs.folder(),
        file -> {
          boolean held = digest(file).filter(kept::contains).isPresent();
          if (!held && isOlder(file, BLOB_AGE)) {
            Files.delete(file);
          }
        });
    each(
        root.resolve("parts"),
        file -> digest(file).filter(d -> !kept.contains(d)).ifPresent(parts::delete));
    each(root.resolve("manifests"), Sweep::sweepTemporaries);
    each(
        root.resolve("partial"),
        file -> {
          if (isOlder(file, DOWNLOAD_AGE)) {
            Files.delete(file);
          }
        });
  }

  /** What a killed writer has left among the names of a host. */
  private static void sweepTemporaries(Path host) throws IOException {
    try (Stream<Path> files = Files.walk(host, 3)) {
      for (Path file : files.filter(Durable::isTemporary).toList()) {
        if (isOlder(file, BLOB_AGE)) {
          Files.delete(file);
        }
      }
    }
  }

  private static Optional<Digest> digest(Path file) {
    String name = file.getFileName().toString();
    try {
      return Optional.of(name.startsWith("sha256-") ? Digest.parse(name) : new Digest(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isOlder(Path file, Duration age) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(age));
  }

  private interface Action {
    void on(Path file) throws IOException;
  }

  private static void each(Path folder, Action action) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        try {
          action.on(file);
        } catch (NoSuchFileException e) {
          // Gone already.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

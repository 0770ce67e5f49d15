package hanok.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Files named by the SHA-256 of what they hold: {@code blobs/sha256-…}. A path is made of a
 * {@link Digest} here and nowhere else. A symbolic link counts as a blob only if it ends within the
 * store.
 */
public final class BlobStore {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path root;

  BlobStore(Path root) {
    this.root = root;
  }

  private Path path(Digest digest) {
    return folder().resolve(digest.fileName());
  }

  Path folder() {
    return root.resolve("blobs");
  }

  public boolean has(Digest digest) {
    try {
      file(digest);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The file of a blob, to be read only.
   *
   * @throws NoSuchFileException if there is none, or it is not a plain file within the store
   */
  Path file(Digest digest) throws IOException {
    Path path = path(digest);
    if (Files.isRegularFile(path, NOFOLLOW_LINKS) && isWithin(path)) {
      return path;
    }
    if (Files.isSymbolicLink(path) && Files.isRegularFile(path) && isWithin(path)) {
      return path;
    }
    throw new NoSuchFileException(path.toString());
  }

  private boolean isWithin(Path path) throws IOException {
    return path.toRealPath().startsWith(root.toRealPath());
  }

  /** Bytes of a blob. */
  public long size(Digest digest) {
    try {
      return Files.size(file(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a blob for reading. */
  public InputStream open(Digest digest) {
    try {
      return Files.newInputStream(file(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A small blob.
   *
   * @throws IntegrityException if it is larger than {@code max}
   */
  byte[] read(Digest digest, int max) {
    try (InputStream in = open(digest)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IntegrityException(
            "%s has more than %d bytes, too many for what it should be".formatted(digest, max));
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps bytes that are at hand. */
  public Digest put(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    if (!has(digest)) {
      try {
        Durable.write(path(digest), bytes);
      } catch (IOException e) {
        throw Durable.failed(e, path(digest));
      }
    }
    return digest;
  }

  /**
   * Keeps what streams in; it appears only when it is whole, right and on the disk.
   *
   * @param expected what the digest must be, or null to take what comes
   * @throws IntegrityException if it is another; nothing is kept
   */
  public Digest put(InputStream in, @Nullable Digest expected) {
    try {
      Path part = Durable.temporary(folder());
      try {
        Digest actual = write(in, part);
        if (expected != null && !expected.equals(actual)) {
          throw new IntegrityException("digest mismatch: %s, not %s".formatted(actual, expected));
        }
        adopt(part, actual);
        return actual;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw Durable.failed(e, folder());
    }
  }

  private static Digest write(InputStream in, Path part) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        Durable.writeFully(channel, ByteBuffer.wrap(buffer, 0, count));
      }
      channel.force(true);
    }
    return Digest.of(sha256);
  }

  /** Takes over a file that is on the disk, whatever it holds. */
  Digest take(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    Digest digest = Digest.of(sha256);
    adopt(file, digest);
    return digest;
  }

  /** Takes over a file that is on the disk and whose digest is known. */
  void adopt(Path file, Digest digest) throws IOException {
    Durable.move(file, path(digest));
  }

  /**
   * Takes a blob over from another store: a second name for the same bytes, or a copy where that is
   * not possible. Bytes that are copied are checked.
   */
  void link(Path file, Digest digest) {
    try {
      Files.createDirectories(folder());
      Files.createLink(path(digest), file.toRealPath());
      Durable.sync(folder());
    } catch (IOException | UnsupportedOperationException e) {
      copy(file, digest);
    }
  }

  private void copy(Path file, Digest digest) {
    if (has(digest)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      put(in, digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a blob; false if it was not there. */
  public boolean delete(Digest digest) {
    try {
      return Files.deleteIfExists(path(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

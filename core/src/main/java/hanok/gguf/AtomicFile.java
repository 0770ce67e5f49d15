package hanok.gguf;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file whole or not at all: as {@code NAME.part} beside its place, then to the disk, then
 * renamed. Whatever was there before stays until the rename.
 */
public final class AtomicFile {

  /** Writes the bytes of the file, from its beginning. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes content that streams.
   *
   * @throws UncheckedIOException if it cannot be written; nothing is left behind
   */
  public static void write(Path path, Content content) {
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try {
      try (FileChannel file = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
        content.writeTo(file);
        file.force(true);
      } catch (Throwable e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes content that is at hand.
   *
   * @throws UncheckedIOException if it cannot be written; nothing is left behind
   */
  public static void write(Path path, byte[] bytes) {
    write(
        path,
        file -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            file.write(buffer);
          }
        });
  }
}

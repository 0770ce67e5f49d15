package hanok.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes that survive: to a temporary name, to the disk, renamed, and the folder to the disk. The
 * temporary names differ, so that two writers of one file do not meet; what a killed one leaves is
 * found again by {@link #isTemporary}.
 */
final class Durable {
  private static final String TEMPORARY = ".tmp-";
  private static final List<String> FULL =
      List.of("no space left", "disk quota exceeded", "file too large", "not enough space");

  private Durable() {}

  static void write(Path file, byte[] bytes) throws IOException {
    Path part = temporary(folder(file));
    try {
      try (FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE)) {
        writeFully(channel, ByteBuffer.wrap(bytes));
        channel.force(true);
      }
      move(part, file);
    } catch (Throwable e) {
      Files.deleteIfExists(part);
      throw e;
    }
  }

  /** A name in {@code folder}, which is made if need be, that nobody else has. */
  static Path temporary(Path folder) throws IOException {
    Files.createDirectories(folder);
    return folder.resolve(TEMPORARY + UUID.randomUUID());
  }

  static boolean isTemporary(Path file) {
    return String.valueOf(file.getFileName()).startsWith(TEMPORARY);
  }

  /** Renames a file that is on the disk already. */
  static void move(Path from, Path to) throws IOException {
    Files.createDirectories(folder(to));
    Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING);
    sync(folder(to));
  }

  /** The folder that a file is in. */
  static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  /** Makes what was renamed in or deleted from a folder last. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The exception to throw for one of the system's, which says plainly when the disk is full. */
  static UncheckedIOException failed(IOException e, Path file) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (FULL.stream().noneMatch(message::contains)) {
      return new UncheckedIOException(e.getMessage(), e);
    }
    String sentence = "the disk is full: %s cannot be written (%s)".formatted(file, e.getMessage());
    return new UncheckedIOException(sentence, new IOException(sentence, e));
  }
}

package hanok.train.data;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import hanok.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a shard of tokens, as {@code NAME.part} until {@link #finish} gives it its name. Ids go to
 * the disk as they come; only 12 bytes a document are kept. Not for several threads at once.
 *
 * @see ShardHeader
 */
public final class ShardWriter implements AutoCloseable {
  private final Path path;
  private final Path part;
  private final FileChannel file;
  private final int vocab;
  private final String lang;
  private final String tokenizer;
  private final int tokenBytes;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
  private long tokens;
  private long totalTextBytes;
  private int documents;
  private long[] ends = new long[64];
  private int[] textBytes = new int[64];
  private boolean finished;

  /**
   * Begins a shard.
   *
   * @param path ends in {@code .tokens}
   * @param lang of its documents, as in ISO 639-1; empty if nobody knows
   * @throws UncheckedIOException if it cannot be written
   */
  public ShardWriter(Path path, Tokenizer tokenizer, String lang) {
    this(path, tokenizer.vocab(), Fingerprint.of(tokenizer), lang);
  }

  ShardWriter(Path path, int vocab, String fingerprint, String lang) {
    this.path = path;
    this.vocab = vocab;
    this.lang = ShardHeader.lang(lang);
    tokenizer = fingerprint;
    tokenBytes = ShardHeader.tokenBytes(vocab);
    part = path.resolveSibling(path.getFileName() + ".part");
    try {
      file = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE);
      file.position(ShardHeader.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a document.
   *
   * @param ids all of it, with the token that ends it; not empty
   * @param bytes of its text in UTF-8
   */
  public void add(int[] ids, int bytes) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("a document of 0 tokens");
    }
    for (int id : ids) {
      if (id < 0 || id >= vocab) {
        throw new IllegalArgumentException(
            "token id %d is outside the vocabulary of %d".formatted(id, vocab));
      }
      if (buffer.remaining() < Integer.BYTES) {
        flush();
      }
      if (tokenBytes == 2) {
        buffer.putShort((short) id);
      } else {
        buffer.putInt(id);
      }
    }
    tokens += ids.length;
    totalTextBytes += bytes;
    if (documents == ends.length) {
      ends = Arrays.copyOf(ends, 2 * documents);
      textBytes = Arrays.copyOf(textBytes, 2 * documents);
    }
    ends[documents] = tokens;
    textBytes[documents++] = bytes;
  }

  /**
   * Writes what is left, syncs, and gives the file its name.
   *
   * @throws UncheckedIOException if that fails; no file of that name is left then
   */
  public void finish() {
    pad();
    for (int i = 0; i < documents; i++) {
      room(Long.BYTES).putLong(ends[i]);
    }
    for (int i = 0; i < documents; i++) {
      room(Integer.BYTES).putInt(textBytes[i]);
    }
    flush();
    ShardHeader header =
        new ShardHeader(
            tokenBytes,
            tokens,
            documents,
            totalTextBytes,
            vocab,
            lang,
            tokenizer,
            (int) checksum.getValue());
    try {
      ByteBuffer bytes = header.write();
      long at = 0;
      while (bytes.hasRemaining()) {
        at += file.write(bytes, at);
      }
      file.force(true);
      file.close();
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the shard up, unless it is finished: nothing of it stays. */
  @Override
  public void close() {
    if (!finished) {
      try {
        file.close();
        Files.deleteIfExists(part);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void pad() {
    long bytes = tokens * tokenBytes;
    for (long i = bytes; i % 8 != 0; i++) {
      room(1).put((byte) 0);
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() {
    buffer.flip();
    checksum.update(buffer.duplicate());
    try {
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
  }
}

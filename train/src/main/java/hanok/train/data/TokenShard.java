package hanok.train.data;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of token ids, mapped into memory: documents one behind the other, each with the token that
 * ends it. Immutable, and for any number of threads.
 *
 * @see ShardHeader
 */
final class TokenShard {
  private static final ValueLayout.OfShort ID_16 =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int SLICE = 1 << 26;

  private final Path path;
  private final ShardHeader header;
  private final MemorySegment file;

  private TokenShard(Path path, ShardHeader header, MemorySegment file) {
    this.path = path;
    this.header = header;
    this.file = file;
  }

  /**
   * Maps a shard for as long as {@code arena} lives. Its header, its size and where documents end
   * are checked; see {@link #verify} for the rest.
   *
   * @throws MalformedModelException if it is no shard
   * @throws UncheckedIOException if it cannot be read
   */
  static TokenShard open(Path path, Arena arena) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long head = Math.min(size, ShardHeader.BYTES);
      ShardHeader header = ShardHeader.read(path, file.asSlice(0, head).asByteBuffer(), size);
      TokenShard shard = new TokenShard(path, header, file);
      shard.requireEnds();
      return shard;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireEnds() {
    long before = 0;
    for (long i = 0; i < header.documents(); i++) {
      long end = end(i);
      if (end <= before || end > header.tokens()) {
        throw malformed(
            header.endsAt() + Long.BYTES * i,
            "document %d ends at token %d, the one before at %d, and there are %d"
                .formatted(i, end, before, header.tokens()));
      }
      before = end;
    }
    if (before != header.tokens()) {
      throw malformed(
          header.endsAt(), "%d tokens, but documents end at %d".formatted(header.tokens(), before));
    }
  }

  /**
   * Reads the whole file and holds it against its checksum and its vocabulary.
   *
   * @throws MalformedModelException if a byte differs from what was written
   */
  void verify() {
    CRC32C crc = new CRC32C();
    for (long at = ShardHeader.BYTES; at < file.byteSize(); at += SLICE) {
      crc.update(file.asSlice(at, Math.min(SLICE, file.byteSize() - at)).asByteBuffer());
    }
    if ((int) crc.getValue() != header.payloadChecksum()) {
      throw malformed(
          MalformedModelException.NOWHERE,
          "the checksum is %08x, not %08x; the file is damaged, tokenize it again"
              .formatted((int) crc.getValue(), header.payloadChecksum()));
    }
    for (long i = 0; i < header.tokens(); i++) {
      int id = id(i);
      if (id < 0 || id >= header.vocab()) {
        throw malformed(
            ShardHeader.BYTES + i * header.tokenBytes(),
            "token id %d is outside the vocabulary of %d".formatted(id, header.vocab()));
      }
    }
    long sum = 0;
    for (long i = 0; i < header.documents(); i++) {
      sum += textBytes(i);
    }
    if (sum != header.textBytes()) {
      throw malformed(
          32, "%d bytes of text, but documents have %d".formatted(header.textBytes(), sum));
    }
  }

  ShardHeader header() {
    return header;
  }

  Path path() {
    return path;
  }

  int id(long token) {
    return header.tokenBytes() == 2
        ? Short.toUnsignedInt(file.get(ID_16, ShardHeader.BYTES + 2 * token))
        : file.get(INT, ShardHeader.BYTES + 4 * token);
  }

  /** The first token behind a document. */
  long end(long document) {
    return file.get(LONG, header.endsAt() + Long.BYTES * document);
  }

  /** Bytes of a document's text in UTF-8. */
  int textBytes(long document) {
    return file.get(INT, header.textBytesAt() + Integer.BYTES * document);
  }

  /** The document that a token is in. */
  long documentAt(long token) {
    long low = 0;
    long high = header.documents() - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (end(middle) > token) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Fills a row with the window that begins at a token.
   *
   * @param across whether attention passes from a document into the next; if not, the first token
   *     of a document is no target, since nothing in its row foretells it
   */
  void fill(long start, boolean across, BatchBuilder into, int row) {
    int length = into.length();
    if (start < 0 || start + length >= header.tokens()) {
      throw new IllegalArgumentException(
          "a window of %d tokens from %d, and there are %d"
              .formatted(length + 1, start, header.tokens()));
    }
    long document = documentAt(start);
    long end = end(document);
    int number = 0;
    int position = 0;
    int input = id(start);
    for (int i = 0; i < length; i++) {
      int target = id(start + i + 1);
      boolean last = start + i + 1 == end && !across;
      into.put(row, i, input, target, last ? 0 : 1, position++, number);
      if (last) {
        end = end(++document);
        number++;
        position = 0;
      }
      input = target;
    }
  }

  private MalformedModelException malformed(long offset, String reason) {
    return new MalformedModelException(path, offset, reason);
  }
}

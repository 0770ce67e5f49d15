package hanok.corpus;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Walks the page headers of Parquet columns before anybody reads the pages, so that every page is
 * known to lie within its column chunk. The library that reads them goes from page to page by the
 * sizes that the headers say, and where damage made one negative it would go in circles for ever.
 *
 * <p>Headers are structs of Thrift's compact protocol, as parquet.thrift has them: 1 type, 2
 * uncompressed size, 3 compressed size, 5 and 8 the headers of data pages, whose first field is the
 * number of values.
 */
final class ParquetPages {
  private static final int COMPRESSED_SIZE = 3;
  private static final int DATA_PAGE = 5;
  private static final int DATA_PAGE_V2 = 8;

  private static final int NESTING_MAX = 16;

  private final Path file;
  private final long chunkStart;
  private final MemorySegment chunk;
  private long at;
  private long compressedSize;
  private long values;

  private ParquetPages(Path file, long chunkStart, MemorySegment chunk) {
    this.file = file;
    this.chunkStart = chunkStart;
    this.chunk = chunk;
  }

  /**
   * Refuses a file whose pages do not lie where its headers say.
   *
   * @param columns that matter, by their dotted names
   * @throws MalformedModelException with the byte of the header
   */
  static void requireSound(Path file, FileMetaData metadata, Predicate<String> columns)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (RowGroup group : metadata.rowGroups()) {
        for (ColumnChunk column : group.columns()) {
          if (columns.test(column.metaData().pathInSchema().toString())) {
            requireSound(file, channel, column);
          }
        }
      }
    }
  }

  private static void requireSound(Path file, FileChannel channel, ColumnChunk column)
      throws IOException {
    long start = column.chunkStartOffset();
    long length = column.metaData().totalCompressedSize();
    if (start < 0 || length < 0 || start > channel.size() - length) {
      throw new MalformedModelException(
          file,
          MalformedModelException.NOWHERE,
          "is damaged: column \"%s\" has %d bytes from byte %d, and the file has %d"
              .formatted(column.metaData().pathInSchema(), length, start, channel.size()));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = channel.map(MapMode.READ_ONLY, start, length, arena);
      new ParquetPages(file, start, chunk).walk(column.metaData().numValues());
    }
  }

  private void walk(long valuesTotal) {
    while (at < chunk.byteSize() && values < valuesTotal) {
      long header = at;
      compressedSize = -1;
      struct(0, 0);
      if (compressedSize < 0 || compressedSize > chunk.byteSize() - at) {
        at = header;
        throw malformed(
            "a page of %d bytes where its column has %d left"
                .formatted(compressedSize, chunk.byteSize() - header));
      }
      at += compressedSize;
    }
  }

  /**
   * Reads the fields of a struct up to its end.
   *
   * @param parent the field that it is, 0 for the page header itself; -1: nothing in it matters
   */
  private void struct(int parent, int depth) {
    int id = 0;
    while (true) {
      int head = next();
      if (head == 0) {
        return;
      }
      int delta = head >>> 4;
      id = delta == 0 ? (int) zigZag() : id + delta;
      int type = head & 0xF;
      boolean number = type == 4 || type == 5 || type == 6;
      if (number) {
        take(parent, id, zigZag());
      } else {
        boolean dataPage = parent == 0 && (id == DATA_PAGE || id == DATA_PAGE_V2);
        skip(type, dataPage ? id : -1, depth);
      }
    }
  }

  private void take(int parent, int id, long number) {
    if (parent == 0 && id == COMPRESSED_SIZE) {
      compressedSize = number;
    } else if (parent > 0 && id == 1) {
      values += Math.max(0, number);
    }
  }

  private void skip(int type, int field, int depth) {
    if (depth > NESTING_MAX) {
      throw malformed("a page header that is nested too deeply");
    }
    switch (type) {
      case 1, 2 -> {} // a boolean, which the type says
      case 3 -> jump(1);
      case 4, 5, 6 -> zigZag();
      case 7 -> jump(Double.BYTES);
      case 8 -> jump(varint());
      case 9, 10 -> list(depth);
      case 12 -> struct(field, depth + 1);
      default -> throw malformed("a page header with a field of type " + type);
    }
  }

  private void list(int depth) {
    int head = next();
    long size = head >>> 4 == 15 ? varint() : head >>> 4;
    for (long i = 0; i < size; i++) {
      int type = head & 0xF;
      skip(type == 1 || type == 2 ? 3 : type, -1, depth + 1); // booleans are bytes here
    }
  }

  private void jump(long bytes) {
    if (bytes < 0 || bytes > chunk.byteSize() - at) {
      throw malformed("a page header that goes on beyond its column");
    }
    at += bytes;
  }

  private int next() {
    jump(1);
    return chunk.get(ValueLayout.JAVA_BYTE, at - 1) & 0xFF;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = next();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw malformed("a number in a page header that is too long");
  }

  private long zigZag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  private MalformedModelException malformed(String what) {
    return new MalformedModelException(file, chunkStart + at, "is damaged: there is " + what);
  }
}

package hanok.corpus;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text and the language of a Parquet file: columns of strings, neither nested nor repeated. */
final class ParquetReader implements DocumentReader {
  private final Path file;
  private final DocumentOptions options;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ParquetFileReader parquet;
  private final RowReader rows;
  private final @Nullable String langColumn;
  private final long bytesTotal;
  private final long rowsTotal;
  private long rowsRead;

  ParquetReader(Path file, DocumentOptions options) {
    this.file = file;
    this.options = options;
    try {
      bytesTotal = Files.size(file);
      HardwoodContext context = opened(HardwoodContext.create(1));
      parquet = opened(sound(() -> openFile(context)));
      rowsTotal = parquet.getFileMetaData().numRows();
      requireStrings(options.textField());
      langColumn = column(options.langField()) == null ? null : options.langField();
      if (langColumn != null) {
        requireStrings(langColumn);
      }
      sound(this::requireSoundPages);
      rows = opened(sound(() -> parquet.buildRowReader().projection(columns()).build()));
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  private ParquetFileReader openFile(HardwoodContext context) {
    try {
      return ParquetFileReader.open(InputFile.of(file), context);
    } catch (IOException e) {
      // Files.size has seen that it is there: what the library cannot read is not Parquet.
      throw malformed("is not Parquet: " + e.getMessage(), e);
    }
  }

  private ColumnProjection columns() {
    return langColumn == null || langColumn.equals(options.textField())
        ? ColumnProjection.columns(options.textField())
        : ColumnProjection.columns(options.textField(), langColumn);
  }

  /** Nothing; a supplier as {@link #sound} takes it. */
  private @Nullable Void requireSoundPages() {
    try {
      ParquetPages.requireSound(file, parquet.getFileMetaData(), this::isRead);
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isRead(String column) {
    return column.equals(options.textField()) || column.equals(langColumn);
  }

  private @Nullable ColumnSchema column(@Nullable String name) {
    for (ColumnSchema column : parquet.getFileSchema().getColumns()) {
      if (column.fieldPath().toString().equals(name)) {
        return column;
      }
    }
    return null;
  }

  private void requireStrings(String name) {
    ColumnSchema column = column(name);
    if (column == null) {
      String there =
          parquet.getFileSchema().getColumns().stream()
              .map(c -> '"' + c.fieldPath().toString() + '"')
              .collect(Collectors.joining(", "));
      throw malformed("has no column \"%s\"; it has %s".formatted(name, there), null);
    }
    if (column.type() != PhysicalType.BYTE_ARRAY || column.maxRepetitionLevel() > 0) {
      throw malformed("column \"%s\" is not one of strings".formatted(name), null);
    }
  }

  @Override
  public @Nullable Document next() {
    return sound(this::nextRow);
  }

  private @Nullable Document nextRow() {
    while (rows.hasNext()) {
      rows.next();
      rowsRead++;
      String text = string(options.textField());
      if (text != null) {
        String lang = langColumn == null ? null : string(langColumn);
        return new Document(text, lang == null ? options.lang() : lang);
      }
    }
    return null;
  }

  private @Nullable String string(String column) {
    byte[] bytes = rows.isNull(column) ? null : rows.getBinary(column);
    if (bytes == null) {
      return null;
    }
    int invalid = Utf8Check.firstInvalid(bytes, 0, bytes.length);
    if (invalid >= 0) {
      throw malformed(
          "row %d, column \"%s\" is not UTF-8: byte %d of it is 0x%02X"
              .formatted(rowsRead, column, invalid + 1, bytes[invalid]),
          null);
    }
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The library throws many kinds of exceptions for files that are damaged. */
  private <T extends @Nullable Object> T sound(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (MalformedModelException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw malformed("is damaged, or not Parquet that can be read: " + e.getMessage(), e);
    }
  }

  private MalformedModelException malformed(String reason, @Nullable Throwable cause) {
    MalformedModelException malformed =
        new MalformedModelException(file, MalformedModelException.NOWHERE, reason);
    if (cause != null) {
      malformed.initCause(cause);
    }
    return malformed;
  }

  /** Parquet is not read from front to back: the share of the rows stands for that of the bytes. */
  @Override
  public long bytesRead() {
    return rowsTotal == 0 ? bytesTotal : (long) ((double) rowsRead / rowsTotal * bytesTotal);
  }

  @Override
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

package hanok.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several files, one after the other. */
final class FilesReader implements DocumentReader {
  private final List<Path> files;
  private final DocumentOptions options;
  private final long bytesTotal;
  private @Nullable DocumentReader reader;
  private int opened;
  private long bytesBefore;

  FilesReader(List<Path> files, DocumentOptions options) {
    this.files = List.copyOf(files);
    this.options = options;
    long total = 0;
    for (Path file : files) {
      try {
        total += Files.size(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    bytesTotal = total;
  }

  @Override
  public @Nullable Document next() {
    while (true) {
      if (reader == null) {
        if (opened == files.size()) {
          return null;
        }
        reader = Documents.open(files.get(opened++), options);
      }
      Document document = reader.next();
      if (document != null) {
        return document;
      }
      bytesBefore += reader.bytesTotal();
      close();
    }
  }

  @Override
  public long bytesRead() {
    return bytesBefore + (reader == null ? 0 : reader.bytesRead());
  }

  @Override
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}

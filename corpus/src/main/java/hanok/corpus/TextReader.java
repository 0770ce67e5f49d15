package hanok.corpus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Plain text: the whole file is a document, or each line that is not blank. */
final class TextReader implements DocumentReader {
  private final Lines lines;
  private final DocumentOptions options;

  TextReader(Path file, FileKind kind, DocumentOptions options) {
    this.options = options;
    lines = new Lines(file, kind);
  }

  @Override
  public @Nullable Document next() {
    if (!options.lineDocuments()) {
      return lines.advanceToEnd() ? new Document(lines.text(), options.lang()) : null;
    }
    while (lines.advance()) {
      if (!lines.isBlank()) {
        return new Document(lines.text(), options.lang());
      }
    }
    return null;
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public long bytesTotal() {
    return lines.bytesTotal();
  }

  @Override
  public void close() {
    lines.close();
  }
}

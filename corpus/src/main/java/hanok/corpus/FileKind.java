package hanok.corpus;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a file says is in it.
 *
 * @param gzip whether it is compressed as in RFC 1952
 * @param zstd whether it is compressed as in RFC 8878
 */
record FileKind(Form form, boolean gzip, boolean zstd) {

  /** How documents are written. */
  enum Form {
    TEXT,
    JSON_LINES,
    PARQUET
  }

  static final String KNOWN = ".txt .md .jsonl .ndjson .json (each with .gz or .zst) or .parquet";

  /** The kind, or null if the name says nothing known. */
  static @Nullable FileKind of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean gzip = name.endsWith(".gz");
    boolean zstd = name.endsWith(".zst");
    String plain = gzip || zstd ? name.substring(0, name.lastIndexOf('.')) : name;
    Form form =
        switch (plain.substring(plain.lastIndexOf('.') + 1)) {
          case "txt", "md" -> Form.TEXT;
          case "jsonl", "ndjson", "json" -> Form.JSON_LINES;
          case "parquet" -> Form.PARQUET;
          default -> null;
        };
    boolean packedTwice = form == Form.PARQUET && (gzip || zstd);
    return form == null || packedTwice || !plain.contains(".")
        ? null
        : new FileKind(form, gzip, zstd);
  }
}

package hanok.corpus;

import hanok.gguf.MalformedModelException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;

/** The bytes of a file, decompressed as its name says, and how many of the stored ones are read. */
final class StoredInput implements Closeable {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] PARQUET = {'P', 'A', 'R', '1'};

  private final Path file;
  private final InputStream in;
  private final long bytesTotal;
  private long bytesRead;

  StoredInput(Path file, FileKind kind) {
    this.file = file;
    try {
      if (Files.isDirectory(file)) {
        throw new MalformedModelException(
            file, MalformedModelException.NOWHERE, "is a folder, and not a file");
      }
      bytesTotal = Files.size(file);
      requireMagic(kind);
      InputStream stored = new Counting(Files.newInputStream(file));
      in =
          bytesTotal == 0
              ? stored
              : kind.gzip()
                  ? new GzipInput(stored)
                  : kind.zstd() ? ZstdInputStream.create(stored) : stored;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireMagic(FileKind kind) throws IOException {
    byte[] head;
    try (InputStream stored = Files.newInputStream(file)) {
      head = stored.readNBytes(4);
    }
    if (head.length == 0) {
      return;
    }
    if (kind.gzip() != begins(head, GZIP)) {
      throw malformed("is %s gzip, other than its name says", kind.gzip() ? "not" : "");
    }
    if (kind.zstd() != begins(head, ZSTD)) {
      throw malformed("is %s zstd, other than its name says", kind.zstd() ? "not" : "");
    }
    if (begins(head, PARQUET)) {
      throw malformed("is %sParquet, other than its name says", "");
    }
  }

  private MalformedModelException malformed(String format, String word) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, format.formatted(word).replace("  ", " "));
  }

  private static boolean begins(byte[] head, byte[] magic) {
    return java.util.Arrays.equals(
        head, 0, Math.min(head.length, magic.length), magic, 0, magic.length);
  }

  /** Reads some bytes; -1 at the end. */
  int read(byte[] into, int from, int length) {
    try {
      return in.read(into, from, length);
    } catch (EOFException e) {
      throw broken("breaks off");
    } catch (ZipException | MalformedInputException e) {
      throw broken("is damaged (" + e.getMessage() + ")");
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("Truncated zstd")) {
        throw broken("breaks off");
      }
      throw new UncheckedIOException(e);
    }
  }

  private MalformedModelException broken(String what) {
    return new MalformedModelException(
        file, bytesRead, "the compressed data " + what + " here or shortly before");
  }

  long bytesRead() {
    return bytesRead;
  }

  long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Counting extends FilterInputStream {
    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      bytesRead += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = in.read(into, from, length);
      bytesRead += Math.max(0, n);
      return n;
    }
  }
}

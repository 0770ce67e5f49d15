package hanok.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One file of the chat page; read and compressed when it is first asked for, then kept. */
final class PageFile {
  private final String name;
  private final String contentType;
  private @Nullable Content content;

  private record Content(byte[] bytes, byte[] gzip, String etag) {}

  /**
   * @param name the resource, relative to this package
   * @param contentType as in the header, with its charset
   */
  PageFile(String name, String contentType) {
    this.name = name;
    this.contentType = contentType;
  }

  String name() {
    return name;
  }

  String contentType() {
    return contentType;
  }

  /** The file as it is; the caller must not change it. */
  byte[] bytes() {
    return content().bytes;
  }

  /** The file in gzip's format; the caller must not change it. */
  byte[] gzip() {
    return content().gzip;
  }

  /** A strong entity tag, quotes included: the file's SHA-256. RFC 9110, 8.8.3. */
  String etag() {
    return content().etag;
  }

  /** The tag of {@link #gzip}: other bytes, so another strong tag. */
  String gzipEtag() {
    return etag().replaceFirst("\"$", "-gzip\"");
  }

  private synchronized Content content() {
    if (content == null) {
      byte[] bytes = read();
      content = new Content(bytes, compress(bytes), "\"" + sha256(bytes) + "\"");
    }
    return content;
  }

  private byte[] read() {
    try (InputStream in = PageFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the page's file " + name + " is missing from this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] compress(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
    try (GZIPOutputStream gzip = new BestGzip(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}

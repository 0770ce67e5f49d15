package hanok.token.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import hanok.gguf.MalformedModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads tiktoken's ranks: a token a line, its bytes in Base64 and its id, which is its rank. */
final class TiktokenFile {
  /** No vocabulary comes near; a larger id is damage, and would only take memory. */
  private static final int ID_MAX = 1 << 24;

  private final Path file;
  private byte[] @Nullable [] tokens = new byte[1 << 16][];
  private int size;
  private int line;

  private TiktokenFile(Path file) {
    this.file = file;
  }

  /**
   * The bytes of each id; null where an id has none.
   *
   * @throws MalformedModelException if the file is something else
   * @throws UncheckedIOException if it cannot be read
   */
  static byte[] @Nullable [] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #read(Path)}, of a stream that messages call {@code file}. */
  static byte[] @Nullable [] read(Path file, InputStream in) throws IOException {
    TiktokenFile tiktoken = new TiktokenFile(file);
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, ISO_8859_1));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      tiktoken.line++;
      if (!line.isEmpty()) {
        tiktoken.add(line);
      }
    }
    if (tiktoken.size == 0) {
      throw new MalformedModelException(file, MalformedModelException.NOWHERE, "has no tokens");
    }
    return Arrays.copyOf(tiktoken.tokens, tiktoken.size);
  }

  private void add(String text) {
    int space = text.indexOf(' ');
    if (space < 0) {
      throw malformed("is not a token in Base64, a space and a number");
    }
    int id;
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text.substring(0, space));
      id = Integer.parseInt(text, space + 1, text.length(), 10);
    } catch (IllegalArgumentException e) {
      throw malformed("is not a token in Base64, a space and a number");
    }
    if (id < 0 || id >= ID_MAX) {
      throw malformed("has the id %d, which is not in [0, %d)".formatted(id, ID_MAX));
    }
    if (id >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(id + 1, 2 * tokens.length));
    }
    if (bytes.length == 0 || tokens[id] != null) {
      throw malformed(bytes.length == 0 ? "has an empty token" : "has the id " + id + " again");
    }
    tokens[id] = bytes;
    size = Math.max(size, id + 1);
  }

  private MalformedModelException malformed(String reason) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, "line " + line + " " + reason);
  }
}

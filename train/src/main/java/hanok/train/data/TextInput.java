package hanok.train.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Files of text, compressed or not. */
final class TextInput {
  private static final int BUFFER = 1 << 16;

  private TextInput() {}

  /** The name of a file without {@code .gz}. */
  static String uncompressedName(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  static InputStream stream(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    if (!file.toString().endsWith(".gz")) {
      return in;
    }
    try {
      return new GZIPInputStream(in, BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /**
   * UTF-8 that is refused, with a {@link java.nio.charset.CharacterCodingException}, if it is not.
   */
  static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(new InputStreamReader(stream(file), UTF_8.newDecoder()));
  }
}

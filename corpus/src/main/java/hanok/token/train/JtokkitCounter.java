package hanok.token.train;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of OpenAI's encodings, as jtokkit brings them along. Its ids are those that text can become:
 * special tokens, which the ranks do not hold, are not counted.
 */
final class JtokkitCounter implements TokenCounter {
  private static final byte[] NO_BYTES = {};

  private final Encoding encoding;
  private final byte[] @Nullable [] tokens;

  /**
   * @param name as {@link EncodingType} has it
   */
  JtokkitCounter(String name) {
    EncodingType type =
        EncodingType.fromName(name)
            .orElseThrow(() -> new IllegalArgumentException("no encoding is named " + name));
    encoding = Encodings.newLazyEncodingRegistry().getEncoding(type);
    String ranks = name + ".tiktoken";
    try (InputStream in =
        Objects.requireNonNull(Encodings.class.getResourceAsStream(ranks), ranks)) {
      tokens = TiktokenFile.read(Path.of(ranks), in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return encoding.getName();
  }

  @Override
  public int vocab() {
    return tokens.length;
  }

  @Override
  public int[] encode(String text) {
    return encoding.encodeOrdinary(text).toArray();
  }

  @Override
  public byte[] bytes(int id) {
    byte[] token = tokens[id];
    return token == null ? NO_BYTES : token.clone();
  }
}

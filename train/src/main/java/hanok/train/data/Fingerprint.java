package hanok.train.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.Tokenizer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What tells one tokenizer from another: SHA-256 of all that a GGUF file would say of it. */
public final class Fingerprint {
  static final int BYTES = 32;

  private Fingerprint() {}

  /** 64 hexadecimal digits; equal for tokenizers that give every text the same ids. */
  public static String of(Tokenizer tokenizer) {
    MessageDigest digest = sha256();
    tokenizer
        .ggufMetadata()
        .forEach((key, value) -> {
          add(digest, key);
          add(digest, text(value.value()));
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The length goes first, so that no two lists of strings run into the same bytes. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update((bytes.length + ":").getBytes(UTF_8));
    digest.update(bytes);
  }

  private static String text(Object value) {
    return switch (value) {
      case long[] numbers -> Arrays.toString(numbers);
      case float[] numbers -> Arrays.toString(numbers);
      case double[] numbers -> Arrays.toString(numbers);
      case boolean[] flags -> Arrays.toString(flags);
      case List<?> texts -> {
        StringBuilder joined = new StringBuilder();
        texts.forEach(text -> joined.append(text.toString().length()).append(':').append(text));
        yield joined.toString();
      }
      default -> value.toString();
    };
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

package hanok.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of some bytes, by which the store knows them. Only a well-formed digest becomes one,
 * so whatever is made of it, such as the name of a file, is safe.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
  private static final String PREFIX = "sha256:";
  private static final int HEX_DIGITS = 64;

  public Digest {
    if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(Digest::isHex)) {
      throw new IllegalArgumentException("not a digest: " + Printable.of(hex));
    }
  }

  /**
   * Reads {@code sha256:} and 64 digits, as manifests and URLs spell it; also {@code sha256-}, as
   * files are named.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX) && !text.startsWith("sha256-")) {
      throw new IllegalArgumentException(
          "a digest is sha256: and 64 hexadecimal digits, not \"" + Printable.of(text) + "\"");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of bytes that are at hand. */
  public static Digest of(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  /** What {@code sha256} has computed; it may be used anew afterwards. */
  static Digest of(MessageDigest sha256) {
    return new Digest(HexFormat.of().formatHex(sha256.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static boolean isHex(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  /** The first twelve digits, for people. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  /** The name of its file: {@code sha256-…}. */
  String fileName() {
    return "sha256-" + hex;
  }

  /** {@code sha256:…}. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}

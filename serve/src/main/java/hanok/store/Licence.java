package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufValue;
import hanok.gguf.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A licence that must be accepted before a download, with a summary of it. The text itself comes
 * with the model.
 *
 * @param id by which it is accepted, such as {@code exaone-1.1-NC}
 * @param title its name
 * @param english a summary
 * @param korean the same summary
 */
public record Licence(String id, String title, String english, String korean) {
  /** The licence of LG AI Research's weights, EXAONE 3.0, 3.5 and Deep. */
  public static final Licence EXAONE =
      new Licence(
          "exaone-1.1-NC",
          "EXAONE AI Model License Agreement 1.1 - NC",
          resource("exaone.en.txt"),
          resource("exaone.ko.txt"));

  private static final List<String> NAME_KEYS =
      List.of("general.license", "general.license.name", "general.license.link");

  /** Licence ids that say nothing by themselves. */
  private static final List<String> VAGUE = List.of("", "other", "unknown");

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Licence.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The summary in both languages, as it is shown. */
  public String summary() {
    return korean + "\n" + english;
  }

  /** SHA-256 of the summary, which the ledger keeps: it says what was accepted. */
  public Digest digest() {
    return Digest.of(summary().getBytes(UTF_8));
  }

  /** The licence that a model of this name has, as far as a name can say. */
  static Optional<Licence> ofName(ModelName name) {
    String text = (name.namespace() + "/" + name.model()).toLowerCase(Locale.ROOT);
    return text.contains("exaone") ? Optional.of(EXAONE) : Optional.empty();
  }

  /** The licence whose text this is. */
  static Optional<Licence> ofText(String text) {
    return text.toUpperCase(Locale.ROOT).contains("EXAONE AI MODEL LICENSE")
        ? Optional.of(EXAONE)
        : Optional.empty();
  }

  /** The licence of a family of models, by the architecture of the weights. */
  static Optional<Licence> ofFamily(String family) {
    return family.toLowerCase(Locale.ROOT).startsWith("exaone")
        ? Optional.of(EXAONE)
        : Optional.empty();
  }

  /**
   * The licence that a GGUF file is under: what its {@code general.license} keys say. Where they
   * say nothing, the architecture and the name of the model decide, since files made by others
   * often leave the keys out.
   */
  static Optional<Licence> ofMetadata(Metadata metadata) {
    StringBuilder said = new StringBuilder();
    NAME_KEYS.forEach(key -> said.append(text(metadata, key)).append(' '));
    if (said.toString().toLowerCase(Locale.ROOT).contains("exaone")) {
      return Optional.of(EXAONE);
    }
    if (!VAGUE.contains(text(metadata, "general.license").toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    String names = text(metadata, "general.name") + text(metadata, "general.basename");
    return names.toLowerCase(Locale.ROOT).contains("exaone")
        ? Optional.of(EXAONE)
        : ofFamily(text(metadata, "general.architecture"));
  }

  private static String text(Metadata metadata, String key) {
    GgufValue value = metadata.values().get(key);
    return value == null ? "" : String.valueOf(value.value());
  }
}

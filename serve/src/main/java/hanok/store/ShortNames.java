package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where models come from that are not where their short names say: {@code short-names.tsv}, which
 * also tells how each line is known to be true.
 */
final class ShortNames {
  private static final Map<ModelName, ModelName> SOURCES = read();

  private ShortNames() {}

  private static Map<ModelName, ModelName> read() {
    String file = "short-names.tsv";
    Map<ModelName, ModelName> sources = new HashMap<>();
    try (InputStream in = Objects.requireNonNull(ShortNames.class.getResourceAsStream(file))) {
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split("\t"))
          .forEach(row -> sources.put(ModelName.parse(row[0]), ModelName.parse(row[1])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  /** Where to fetch a model from; mostly where its name says. */
  static ModelName source(ModelName name) {
    return SOURCES.getOrDefault(name, name);
  }
}

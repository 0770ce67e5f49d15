package hanok.serve.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.serve.api.ApiException;
import hanok.store.ModelName;
import hanok.store.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that a server offers: files that it was started with, and those of the store. */
public final class Catalog {
  private final ModelStore store;
  private final Map<ModelName, Entry> files = new LinkedHashMap<>();

  /**
   * @param files GGUF files that are offered by the names that they have without {@code .gguf}
   * @throws IllegalArgumentException if such a name cannot be the name of a model
   * @throws UncheckedIOException if one cannot be read
   */
  public Catalog(ModelStore store, List<Path> files) {
    this.store = store;
    for (Path file : files) {
      String stem = file.getFileName().toString().replaceFirst("(?i)\\.gguf$", "");
      ModelName name = ModelName.parse(stem);
      this.files.put(name, entry(name, file));
    }
    Thread.ofVirtual().start(() -> list().forEach(Entry::details)); // before anybody asks
  }

  private static Entry entry(ModelName name, Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      String identity = file.toRealPath() + " " + attributes.size() + attributes.lastModifiedTime();
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new Entry(
          name.shortest(),
          HexFormat.of().formatHex(sha256.digest(identity.getBytes(UTF_8))),
          attributes.size(),
          attributes.lastModifiedTime().toInstant(),
          file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }

  public ModelStore store() {
    return store;
  }

  /** All models, files first, then the newest. */
  public List<Entry> list() {
    List<Entry> all = new ArrayList<>(files.values());
    store.list().stream()
        .filter(model -> !files.containsKey(model.name()))
        .map(Entry::new)
        .forEach(all::add);
    return all;
  }

  /**
   * The model of a name.
   *
   * @throws ApiException if it is no name, or there is none
   */
  public Entry find(String text) {
    ModelName name = name(text);
    Entry file = files.get(name);
    return file != null
        ? file
        : store
            .find(name)
            .map(Entry::new)
            .orElseThrow(
                () -> ApiException.of(404, "model_not_found", "model '" + text + "' not found"));
  }

  /** The file that is offered by a name; empty if the name is one of the store. */
  public Optional<Path> file(ModelName name) {
    return Optional.ofNullable(files.get(name)).map(Entry::weights);
  }

  /**
   * What a request calls a model.
   *
   * @throws ApiException if it is no name
   */
  public static ModelName name(String text) {
    try {
      return ModelName.parse(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()));
    }
  }
}

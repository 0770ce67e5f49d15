package hanok.serve.runner;

import hanok.chat.Message;
import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import hanok.store.IntegrityException;
import hanok.store.ModelDetails;
import hanok.store.StoredModel;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A model that the server offers: one of the store, or a file that it was started with. */
public final class Entry {
  private final String name;
  private final String digest;
  private final long bytes;
  private final Instant modifiedAt;
  private final @Nullable StoredModel stored;
  private final @Nullable Path file;
  private @Nullable ModelDetails detailsOfFile; // reading a large vocabulary takes its time

  Entry(StoredModel stored) {
    name = stored.name().shortest();
    digest = stored.digest().hex();
    bytes = stored.bytes();
    modifiedAt = stored.modifiedAt();
    this.stored = stored;
    file = null;
  }

  Entry(String name, String digest, long bytes, Instant modifiedAt, Path file) {
    this.name = name;
    this.digest = digest;
    this.bytes = bytes;
    this.modifiedAt = modifiedAt;
    this.file = file;
    stored = null;
  }

  /** As users say it, with its tag. */
  public String name() {
    return name;
  }

  /** 64 hexadecimal digits. */
  public String digest() {
    return digest;
  }

  public long bytes() {
    return bytes;
  }

  public Instant modifiedAt() {
    return modifiedAt;
  }

  /** The GGUF file. */
  public Path weights() {
    return stored == null ? file() : stored.weights();
  }

  private Path file() {
    if (file == null) {
      throw new AssertionError(name);
    }
    return file;
  }

  /** What it is; empty words if its file is broken, which must not hide the other models. */
  public ModelDetails details() {
    try {
      return stored == null ? detailsOfFile() : stored.details();
    } catch (MalformedModelException | IntegrityException | UncheckedIOException e) {
      return new ModelDetails("", "", List.of(), "", "");
    }
  }

  private synchronized ModelDetails detailsOfFile() {
    ModelDetails known = detailsOfFile;
    if (known == null) {
      try (GgufFile gguf = GgufFile.open(file())) {
        known = ModelDetails.of(gguf);
        detailsOfFile = known;
      }
    }
    return known;
  }

  /** The template in Go's language that it comes with. */
  public Optional<String> template() {
    return of(Optional.empty(), StoredModel::template);
  }

  public Optional<String> system() {
    return of(Optional.empty(), StoredModel::system);
  }

  public List<String> licenses() {
    return of(List.of(), StoredModel::licenses);
  }

  public Map<String, Object> parameters() {
    return of(Map.of(), StoredModel::parameters);
  }

  /** The messages that conversations begin with. */
  public List<Message> messages() {
    List<StoredModel.Turn> turns = of(List.of(), StoredModel::messages);
    return turns.stream()
        .map(turn -> new Message(Message.Role.of(turn.role()), turn.content()))
        .toList();
  }

  /** A Modelfile that makes it. */
  public String modelfile() {
    return of("FROM " + name + "\n", model -> model.modelfile().toString());
  }

  private <T> T of(T otherwise, Function<StoredModel, T> property) {
    return stored == null ? otherwise : property.apply(stored);
  }

  /** What it takes to run it. */
  public Servable servable() {
    return new Servable(name, digest, weights(), template(), system(), parameters(), messages());
  }
}

package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A model of the store, as it was when it was looked up. Its texts are read when asked for. */
public final class StoredModel {
  private final ModelStore store;
  private final ModelName name;
  private final Manifest manifest;
  private final Instant modifiedAt;
  private final boolean readOnly;

  /**
   * One turn of a conversation that the model begins with.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   */
  public record Turn(String role, String content) {}

  StoredModel(
      ModelStore store, ModelName name, Manifest manifest, Instant modifiedAt, boolean readOnly) {
    this.store = store;
    this.name = name;
    this.manifest = manifest;
    this.modifiedAt = modifiedAt;
    this.readOnly = readOnly;
  }

  public ModelName name() {
    return name;
  }

  /** SHA-256 of the manifest, which is what Ollama calls the digest of a model. */
  public Digest digest() {
    return manifest.digest();
  }

  /** Bytes of all that the model is made of. */
  public long bytes() {
    return manifest.size();
  }

  public Instant modifiedAt() {
    return modifiedAt;
  }

  /** Whether it lies in a store of Ollama's, which is only read. */
  public boolean isReadOnly() {
    return readOnly;
  }

  Manifest manifest() {
    return manifest;
  }

  /**
   * The GGUF file to open; for a model in parts the first, beside which the others lie. It stays
   * until the model is deleted.
   *
   * @throws IllegalArgumentException if the model is one that Hanok cannot run: with an adapter, or
   *     without weights
   * @throws IntegrityException if a file is missing
   */
  public Path weights() {
    if (!manifest.layers(Layer.ADAPTER).isEmpty()) {
      throw new IllegalArgumentException(
          "%s has an adapter (LoRA); Hanok does not run adapters: merge it into the weights first"
              .formatted(name.shortest()));
    }
    List<Layer> layers = manifest.layers(Layer.MODEL);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          name.shortest() + " has no weights in GGUF; it may be a model that runs elsewhere");
    }
    return store.weights(layers);
  }

  /** The template in Go's language, if the model has one beside that in its GGUF file. */
  public Optional<String> template() {
    return text(Layer.TEMPLATE);
  }

  /** What the model is told before a conversation. */
  public Optional<String> system() {
    return text(Layer.SYSTEM);
  }

  /** All licences. */
  public List<String> licenses() {
    return manifest.layers(Layer.LICENSE).stream().map(this::text).toList();
  }

  /** Parameters by name: {@code Long}, {@code Double}, {@code Boolean}, {@code List<String>}. */
  public SequencedMap<String, Object> parameters() {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    for (Layer layer : manifest.layers(Layer.PARAMS)) {
      for (Map.Entry<String, JsonNode> entry : json(layer).properties()) {
        parameters.put(entry.getKey(), Parameters.ofJson(entry.getKey(), entry.getValue()));
      }
    }
    return Collections.unmodifiableSequencedMap(parameters);
  }

  /** The turns that every conversation begins with. */
  public List<Turn> messages() {
    List<Turn> turns = new ArrayList<>();
    for (Layer layer : manifest.layers(Layer.MESSAGES)) {
      for (JsonNode node : json(layer)) {
        turns.add(new Turn(node.path("role").asString(""), node.path("content").asString("")));
      }
    }
    return turns;
  }

  /** What the model is, from its manifest, or from its file where that says too little. */
  public ModelDetails details() {
    return store.details(this);
  }

  JsonNode config() {
    return json(manifest.config());
  }

  /** A Modelfile that makes this model. */
  public Modelfile modelfile() {
    List<Modelfile.Command> commands = new ArrayList<>();
    commands.add(new Modelfile.Command("FROM", name.shortest(), 0));
    template().ifPresent(text -> commands.add(new Modelfile.Command("TEMPLATE", text, 0)));
    system().ifPresent(text -> commands.add(new Modelfile.Command("SYSTEM", text, 0)));
    parameters()
        .forEach((key, value) -> {
          List<?> values = value instanceof List<?> list ? list : List.of(value);
          values.forEach(one ->
              commands.add(new Modelfile.Command("PARAMETER " + key, String.valueOf(one), 0)));
        });
    for (Turn turn : messages()) {
      commands.add(new Modelfile.Command("MESSAGE " + turn.role(), turn.content(), 0));
    }
    licenses().forEach(text -> commands.add(new Modelfile.Command("LICENSE", text, 0)));
    return new Modelfile(commands);
  }

  private Optional<String> text(String type) {
    List<Layer> layers = manifest.layers(type);
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(layers.stream().map(this::text).collect(Collectors.joining("\n")));
  }

  private String text(Layer layer) {
    return new String(store.read(layer, Layer.TEXT_BYTES_MAX), UTF_8);
  }

  private JsonNode json(Layer layer) {
    return Manifest.json(store.read(layer, Layer.TEXT_BYTES_MAX), layer.digest().toString());
  }

  @Override
  public String toString() {
    return name.shortest() + " " + digest().abbreviated();
  }
}

package hanok.store;

import hanok.quantize.FileType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What to make a model of. What is empty is as in the model that one begins with.
 *
 * @param name of the new model
 * @param source what it begins with
 * @param parameters by name, each as {@link Parameters#typed} returns it; they are added to those
 *     of the source
 * @param licenses are added to those of the source
 * @param adapters names of adapters, which are refused
 * @param quantize what the weights become, if they shall change
 */
public record CreateRequest(
    ModelName name,
    Source source,
    Optional<String> template,
    Optional<String> system,
    SequencedMap<String, Object> parameters,
    List<StoredModel.Turn> messages,
    List<String> licenses,
    List<String> adapters,
    Optional<FileType> quantize) {

  /** What a model begins with. */
  public sealed interface Source {}

  /** A model of the store. */
  public record FromModel(ModelName name) implements Source {}

  /** A GGUF file of this machine, or the first of several parts. Not for requests from outside. */
  public record FromFile(Path file) implements Source {}

  /** Blobs that were uploaded, by the names of their files. */
  public record FromBlobs(Map<String, Digest> files) implements Source {}

  /**
   * What a Modelfile asks for.
   *
   * @param folder that a relative path in it begins from
   * @param localFiles whether FROM may name a file of this machine; if not, only a model
   */
  public static CreateRequest of(
      ModelName name,
      Modelfile modelfile,
      Path folder,
      boolean localFiles,
      Optional<FileType> quantize) {
    return new CreateRequest(
        name,
        source(modelfile.from(), folder, localFiles),
        modelfile.template(),
        modelfile.system(),
        modelfile.parameters(),
        modelfile.messages(),
        modelfile.licenses(),
        modelfile.adapters(),
        quantize);
  }

  /**
   * A source as FROM spells it: a path begins with {@code /}, {@code ./}, {@code ../} or {@code
   * ~/} or ends with {@code .gguf}; anything else is a name.
   */
  static Source source(String from, Path folder, boolean localFiles) {
    boolean rooted = Stream.of("/", "./", "../", "~/").anyMatch(from::startsWith);
    boolean path = rooted || from.endsWith(".gguf");
    if (!path) {
      return new FromModel(ModelName.parse(from));
    }
    if (!localFiles) {
      throw new IllegalArgumentException(
          "FROM must be the name of a model here, not a file: upload it as a blob");
    }
    String expanded =
        from.startsWith("~/") ? System.getProperty("user.home") + from.substring(1) : from;
    return new FromFile(folder.resolve(expanded));
  }
}

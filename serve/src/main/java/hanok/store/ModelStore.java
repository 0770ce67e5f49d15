package hanok.store;

import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Models by name, on disk, laid out as Ollama does: {@code manifests} and {@code blobs}. One store
 * is ours and written; stores of Ollama are read, so that nobody downloads twice, and never
 * written. All methods may be called from several threads and processes at once, and a process may
 * be killed at any moment: a name appears only when all that it needs is on the disk.
 */
public final class ModelStore {
  private final Shelf ours;
  private final List<Shelf> shelves = new ArrayList<>();
  private final StoreLock lock;
  private final Map<Digest, ModelDetails> detailsOfFiles = new ConcurrentHashMap<>();

  /** One store on disk. */
  private record Shelf(Path root, ManifestStore manifests, BlobStore blobs, boolean readOnly) {
    Shelf(Path root, boolean readOnly) {
      this(root, new ManifestStore(root), new BlobStore(root), readOnly);
    }
  }

  private ModelStore(Path root, List<Path> readOnlyRoots) throws IOException {
    Files.createDirectories(root);
    lock = StoreLock.of(root);
    ours = new Shelf(root.toRealPath(), false);
    shelves.add(ours);
    for (Path other : readOnlyRoots) {
      if (Files.isDirectory(other) && !other.toRealPath().equals(ours.root)) {
        shelves.add(new Shelf(other.toRealPath(), true));
      }
    }
  }

  /**
   * Opens a store, and makes its folder if need be.
   *
   * @param readOnlyRoots other stores, which are looked into and never written; those that do not
   *     exist are passed over
   */
  public static ModelStore open(Path root, List<Path> readOnlyRoots) {
    try {
      return new ModelStore(root, readOnlyRoots);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the store of this user. */
  public static ModelStore open(StorePaths paths) {
    return open(paths.models(), paths.readOnly());
  }

  /** The blobs of our own store. */
  public BlobStore blobs() {
    return ours.blobs;
  }

  Path root() {
    return ours.root;
  }

  StoreLock lock() {
    return lock;
  }

  /** All models, the newest first; ours hide those of the same name elsewhere. */
  public List<StoredModel> list() {
    List<StoredModel> models = new ArrayList<>();
    Set<ModelName> seen = new HashSet<>();
    for (Shelf shelf : shelves) {
      for (ModelName name : shelf.manifests.names()) {
        if (seen.add(name)) {
          readable(shelf, name).ifPresent(models::add);
        }
      }
    }
    models.sort(
        Comparator.comparing(StoredModel::modifiedAt)
            .reversed()
            .thenComparing(model -> model.name().shortest()));
    return models;
  }

  /** A model, or nothing where its manifest is none: one bad file must not hide all others. */
  private Optional<StoredModel> readable(Shelf shelf, ModelName name) {
    try {
      return read(shelf, name);
    } catch (IntegrityException e) {
      return Optional.empty();
    }
  }

  private Optional<StoredModel> read(Shelf shelf, ModelName name) {
    return shelf
        .manifests
        .read(name)
        .map(entry ->
            new StoredModel(this, name, entry.manifest(), entry.modifiedAt(), shelf.readOnly));
  }

  /**
   * The model of a name, whatever the case of its letters.
   *
   * @throws IntegrityException if its manifest cannot be read
   */
  public Optional<StoredModel> find(ModelName name) {
    for (Shelf shelf : shelves) {
      Optional<StoredModel> model =
          shelf.manifests.spelling(name).flatMap(spelt -> read(shelf, spelt));
      if (model.isPresent()) {
        return model;
      }
    }
    return Optional.empty();
  }

  /**
   * The model of a name.
   *
   * @throws NoSuchModelException if there is none
   */
  public StoredModel require(ModelName name) {
    return find(name)
        .orElseThrow(
            () -> new NoSuchModelException("model '%s' not found".formatted(name.shortest())));
  }

  /**
   * Gives a model another name as well, in place of what had that name before.
   *
   * @throws NoSuchModelException if there is no {@code source}
   */
  public void copy(ModelName source, ModelName destination) {
    try (StoreLock.Use _ = lock.use()) {
      install(destination, require(source).manifest());
    }
  }

  /**
   * Makes a model of others, or of files.
   *
   * @throws IllegalArgumentException if what is asked for is not possible
   * @throws NoSuchModelException if the model to begin with is not there
   */
  public StoredModel create(CreateRequest request, Consumer<PullProgress> progress) {
    StoredModel model;
    try (StoreLock.Use _ = lock.use()) {
      model = install(request.name(), new Creation(this, request, progress).run());
    }
    progress.accept(PullProgress.of("success"));
    return model;
  }

  /**
   * Gives a name to a manifest whose blobs are here, or in a store that is read; to be called
   * within a {@link StoreLock#use}.
   */
  StoredModel install(ModelName name, Manifest manifest) {
    manifest.blobs().forEach(this::bring);
    lock.writing(() -> {
      ours.manifests.write(name, manifest);
      return name;
    });
    return new StoredModel(this, name, manifest, Instant.now(), false);
  }

  /** Takes a blob over from a store that is read, unless it is ours already. */
  void bring(Layer layer) {
    Path file = file(layer);
    if (!ours.blobs.has(layer.digest())) {
      ours.blobs.link(file, layer.digest());
    }
  }

  /** Whether some store has a blob, of the right size. */
  boolean has(Layer layer) {
    return find(layer).isPresent();
  }

  private Optional<Path> find(Layer layer) {
    for (Shelf shelf : shelves) {
      try {
        Path file = shelf.blobs.file(layer.digest());
        if (Files.size(file) == layer.size()) {
          return Optional.of(file);
        }
      } catch (NoSuchFileException e) {
        // Another store may have it.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.empty();
  }

  /** The file of a layer, wherever it is. */
  Path file(Layer layer) {
    return find(layer)
        .orElseThrow(() ->
            new IntegrityException(
                "%s is missing or not of %d bytes; pulling the model again brings it back"
                    .formatted(layer.digest(), layer.size())));
  }

  byte[] read(Layer layer, int max) {
    Path file = file(layer);
    try {
      if (layer.size() > max) {
        throw new IntegrityException(
            "%s has %d bytes; a %s has at most %d"
                .formatted(layer.digest(), layer.size(), layer.mediaType(), max));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file of weights to open; of weights in parts the first, laid out as parts must be. */
  Path weights(List<Layer> layers) {
    List<Path> files = layers.stream().map(this::file).toList();
    if (files.size() == 1) {
      return files.getFirst();
    }
    return lock.writing(() -> new Parts(ours.root).lay(Parts.digest(layers), files));
  }

  ModelDetails details(StoredModel model) {
    ModelDetails said = ModelDetails.of(model.config());
    if (said.isComplete() || model.manifest().layers(Layer.MODEL).isEmpty()) {
      return said;
    }
    try {
      return detailsOfFiles.computeIfAbsent(model.digest(), digest -> read(model.weights()));
    } catch (IntegrityException | MalformedModelException | IllegalArgumentException e) {
      return said; // whoever opens the weights is told what is wrong with them
    }
  }

  private static ModelDetails read(Path weights) {
    try (GgufFile file = GgufFile.open(weights)) {
      return ModelDetails.of(file);
    }
  }

  /**
   * Removes a name, and the blobs that no other name needs. While something is pulled or created,
   * blobs stay until a later call.
   *
   * @return false if there is no such model
   * @throws IllegalArgumentException if it is in a store of Ollama's
   */
  public boolean delete(ModelName name) {
    return lock.writing(() -> {
      Optional<ModelName> spelt = ours.manifests.spelling(name);
      if (spelt.isEmpty()) {
        refuseReadOnly(name);
        return false;
      }
      Set<Digest> freed = new HashSet<>();
      freed.addAll(blobsOf(spelt.get()));
      ours.manifests.delete(spelt.get());
      lock.ifUnused(() -> sweep().run(freed));
      return true;
    });
  }

  private void refuseReadOnly(ModelName name) {
    if (find(name).isPresent()) {
      throw new IllegalArgumentException(
          "%s is in Ollama's store, which Hanok only reads; ollama rm removes it"
              .formatted(name.shortest()));
    }
  }

  /** Throws away what no model needs and nobody has touched for long, unless somebody pulls. */
  public void prune() {
    lock.writing(() -> {
      lock.ifUnused(() -> sweep().run(Set.of()));
      return true;
    });
  }

  private Sweep sweep() {
    return new Sweep(ours.root, ours.blobs, this::needed);
  }

  private List<Digest> blobsOf(ModelName name) {
    try {
      return ours.manifests.read(name).stream()
          .flatMap(entry -> digests(entry.manifest()))
          .toList();
    } catch (IntegrityException e) {
      return List.of(); // what cannot be read holds nothing
    }
  }

  private static Stream<Digest> digests(Manifest manifest) {
    return Stream.concat(
        Stream.of(Parts.digest(manifest.layers(Layer.MODEL))),
        manifest.blobs().stream().map(Layer::digest));
  }

  /** Digests of all blobs, and of sets of parts, that a name of ours holds. */
  private Set<Digest> needed() {
    Set<Digest> needed = new HashSet<>();
    ours.manifests.names().forEach(name -> needed.addAll(blobsOf(name)));
    return needed;
  }
}

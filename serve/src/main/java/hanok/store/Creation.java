package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufFile;
import hanok.quantize.QuantizeOptions;
import hanok.quantize.Quantizer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Makes the blobs of a new model, and its manifest; the name is given by whoever asked. */
final class Creation {
  private final ModelStore store;
  private final CreateRequest request;
  private final Consumer<PullProgress> progress;
  private final List<Layer> layers = new ArrayList<>();

  Creation(ModelStore store, CreateRequest request, Consumer<PullProgress> progress) {
    this.store = store;
    this.request = request;
    this.progress = progress;
  }

  Manifest run() {
    refuseAdapters();
    Optional<StoredModel> base =
        request.source() instanceof CreateRequest.FromModel(ModelName name)
            ? Optional.of(store.require(name))
            : Optional.empty();
    Optional<Licence> licence;
    try (GgufFile file = GgufFile.open(source(base))) {
      licence = licence(file, base);
      licence.ifPresent(this::checkName);
      layers.addAll(request.quantize().isPresent() ? List.of(quantize(file)) : weights(file, base));
    }
    ModelDetails details;
    try (GgufFile file = GgufFile.open(store.weights(layers))) {
      details = ModelDetails.of(file);
    }
    addTexts(base);
    addLicences(base, licence);
    byte[] config = details.config(layers);
    return Manifest.of(new Layer(Layer.CONFIG, store.blobs().put(config), config.length), layers);
  }

  private void refuseAdapters() {
    if (!request.adapters().isEmpty()) {
      throw new IllegalArgumentException(
          "ADAPTER %s: Hanok does not run adapters; merge it into the weights first"
              .formatted(request.adapters().getFirst()));
    }
  }

  /** The file to read: it need not be in the store. */
  private Path source(Optional<StoredModel> base) {
    return switch (request.source()) {
      case CreateRequest.FromModel _ -> base.orElseThrow().weights();
      case CreateRequest.FromFile(Path file) -> checked(file);
      case CreateRequest.FromBlobs(Map<String, Digest> files) -> store.weights(blobs(files));
    };
  }

  private static Path checked(Path file) {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          file + " is a folder: hanok convert makes a GGUF file of one from Hugging Face");
    }
    if (!Files.exists(file)) {
      throw new UncheckedIOException(new NoSuchFileException(file.toString()));
    }
    requirePlainFile(file);
    return file;
  }

  /** The weights as they are, in the store. */
  private List<Layer> weights(GgufFile file, Optional<StoredModel> base) {
    return switch (request.source()) {
      case CreateRequest.FromModel _ -> {
        Path weights = file.path();
        progress.accept(PullProgress.of("using existing layer " + weights.getFileName()));
        yield base.orElseThrow().manifest().layers(Layer.MODEL);
      }
      case CreateRequest.FromFile _ -> {
        file.paths().forEach(Creation::requirePlainFile);
        yield file.paths().stream().map(this::copy).toList();
      }
      case CreateRequest.FromBlobs(Map<String, Digest> files) -> {
        if (file.paths().size() != files.size()) {
          throw new IllegalArgumentException(
              "%d files, but the first says that the model has %d"
                  .formatted(files.size(), file.paths().size()));
        }
        yield blobs(files);
      }
    };
  }

  /** A device or a pipe would never end, or has no length. */
  private static void requirePlainFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + " is not a plain file");
    }
  }

  private Layer copy(Path file) {
    String status = "copying file " + file.getFileName();
    try (InputStream in = new Counted(Files.newInputStream(file), status, Files.size(file))) {
      Digest digest = store.blobs().put(in, null);
      return new Layer(Layer.MODEL, digest, store.blobs().size(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells how much has been read. */
  private final class Counted extends FilterInputStream {
    private final String status;
    private final long total;
    private long count;

    Counted(InputStream in, String status, long total) {
      super(in);
      this.status = status;
      this.total = total;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count += Math.max(0, read);
      progress.accept(new PullProgress(status, "", total, Math.min(count, total)));
      return read;
    }
  }

  /** Uploaded parts are in the order of their names. */
  private List<Layer> blobs(Map<String, Digest> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no file and no model to begin with");
    }
    List<Layer> uploaded = new ArrayList<>();
    new TreeMap<>(files)
        .forEach((name, digest) -> {
          if (!store.blobs().has(digest)) {
            throw new NoSuchModelException(
                "the file \"%s\" was not uploaded: there is no blob %s".formatted(name, digest));
          }
          uploaded.add(new Layer(Layer.MODEL, digest, store.blobs().size(digest)));
        });
    return uploaded;
  }

  private Optional<Licence> licence(GgufFile file, Optional<StoredModel> base) {
    Optional<Licence> stated = Licence.ofMetadata(file.metadata());
    for (String text : base.map(StoredModel::licenses).orElse(List.of())) {
      stated = stated.or(() -> Licence.ofText(text));
    }
    return stated;
  }

  private void checkName(Licence licence) {
    if (!request.name().model().toLowerCase(Locale.ROOT).startsWith("exaone")) {
      throw new IllegalArgumentException(
          "%s: the %s wants the name of a model derived from EXAONE to begin with \"exaone\""
              .formatted(request.name().shortest(), licence.title()));
    }
  }

  private Layer quantize(GgufFile file) {
    String type = request.quantize().orElseThrow().name();
    String status =
        "quantizing %s model to %s".formatted(ModelDetails.of(file).quantizationLevel(), type);
    progress.accept(PullProgress.of(status));
    int threads = Runtime.getRuntime().availableProcessors();
    QuantizeOptions options =
        QuantizeOptions.of(request.quantize().orElseThrow()).withThreads(threads);
    try {
      Path out = Durable.temporary(store.blobs().folder());
      try {
        Quantizer.quantize(
            file,
            options,
            out,
            (done, total) -> progress.accept(new PullProgress(status, "", total, done)));
        Digest digest = store.blobs().take(out);
        return new Layer(Layer.MODEL, digest, store.blobs().size(digest));
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw Durable.failed(e, store.blobs().folder());
    }
  }

  private void addTexts(Optional<StoredModel> base) {
    addText(Layer.TEMPLATE, request.template(), base.flatMap(StoredModel::template));
    addText(Layer.SYSTEM, request.system(), base.flatMap(StoredModel::system));
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    base.ifPresent(model -> parameters.putAll(model.parameters()));
    parameters.putAll(request.parameters());
    if (!parameters.isEmpty()) {
      add(Layer.PARAMS, JsonMapper.shared().writeValueAsBytes(parameters));
    }
    List<StoredModel.Turn> turns =
        request.messages().isEmpty()
            ? base.map(StoredModel::messages).orElse(List.of())
            : request.messages();
    if (!turns.isEmpty()) {
      ArrayNode array = JsonMapper.shared().createArrayNode();
      turns.forEach(
          turn -> array.addObject().put("role", turn.role()).put("content", turn.content()));
      add(Layer.MESSAGES, JsonMapper.shared().writeValueAsBytes(array));
    }
  }

  private void addText(String type, Optional<String> asked, Optional<String> before) {
    asked.or(() -> before).filter(text -> !text.isEmpty()).ifPresent(text -> add(type, text));
  }

  /** All licences stay; EXAONE's is there even if the file came without. */
  private void addLicences(Optional<StoredModel> base, Optional<Licence> licence) {
    List<String> texts = new ArrayList<>(base.map(StoredModel::licenses).orElse(List.of()));
    request.licenses().stream().filter(text -> !texts.contains(text)).forEach(texts::add);
    licence
        .filter(one -> texts.stream().noneMatch(text -> Licence.ofText(text).isPresent()))
        .ifPresent(one -> texts.add(one.summary()));
    texts.forEach(text -> add(Layer.LICENSE, text));
  }

  private void add(String type, String text) {
    add(type, text.getBytes(UTF_8));
  }

  private void add(String type, byte[] bytes) {
    layers.add(new Layer(type, store.blobs().put(bytes), bytes.length));
  }
}

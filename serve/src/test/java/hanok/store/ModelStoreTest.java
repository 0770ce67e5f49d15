package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
  private static final ModelName BASE = ModelName.parse("base");

  @TempDir Path folder;
  private Path ours;
  private Path ollama;
  private byte[] gguf;
  private ModelStore store;

  @BeforeEach
  void fill() throws IOException {
    ours = folder.resolve("home/models");
    ollama = folder.resolve("ollama");
    gguf = Samples.gguf(1, Map.of());
    Samples.ollama(
        ollama,
        "registry.ollama.ai/library/base/latest",
        List.of(
            Samples.weights(gguf),
            Samples.Blob.of("template", "{{ .Prompt }}"),
            Samples.Blob.of("system", "친절한 비서"),
            Samples.Blob.of("params", "{\"stop\":[\"a\",\"b\"],\"temperature\":0.5,\"top_k\":7}"),
            Samples.Blob.of("messages", "[{\"role\":\"user\",\"content\":\"hi\"}]"),
            Samples.Blob.of("license", "one"),
            Samples.Blob.of("license", "two")));
    store = ModelStore.open(ours, List.of(ollama, folder.resolve("none")));
  }

  private static long blobs(Path root) throws IOException {
    Path blobs = root.resolve("blobs");
    if (!Files.isDirectory(blobs)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(blobs)) {
      return files.count();
    }
  }

  @Test
  void readsAStoreOfOllamas() throws IOException {
    StoredModel model = store.require(ModelName.parse("BASE:Latest"));
    assertThat(model.name()).hasToString("registry.ollama.ai/library/base:latest");
    Path manifest = ollama.resolve("manifests/registry.ollama.ai/library/base/latest");
    assertThat(model.digest()).isEqualTo(Digest.of(Files.readAllBytes(manifest)));
    assertThat(model.isReadOnly()).isTrue();
    assertThat(model.weights()).hasBinaryContent(gguf);
    assertThat(model.template()).contains("{{ .Prompt }}");
    assertThat(model.system()).contains("친절한 비서");
    assertThat(model.parameters())
        .containsExactly(
            Map.entry("stop", List.of("a", "b")),
            Map.entry("temperature", 0.5),
            Map.entry("top_k", 7L));
    assertThat(model.messages()).containsExactly(new StoredModel.Turn("user", "hi"));
    assertThat(model.licenses()).containsExactly("one", "two");
    assertThat(model.details())
        .isEqualTo(new ModelDetails("gguf", "llama", List.of("llama"), "1.2M", "F32"));
    assertThat(model.bytes()).isEqualTo(Samples.CONFIG.getBytes(UTF_8).length + layerBytes(model));
    assertThat(Modelfile.parse(model.modelfile().text()).parameters())
        .isEqualTo(model.parameters());
  }

  private static long layerBytes(StoredModel model) {
    return model.manifest().layers().stream().mapToLong(Layer::size).sum();
  }

  @Test
  void neverWritesIntoAStoreOfOllamas() throws IOException {
    Map<String, Digest> before = Samples.contents(ollama);
    store.copy(BASE, ModelName.parse("mine"));
    store.create(Samples.request("other", ollama, "FROM base\nSYSTEM x"), event -> {});
    assertThat(store.delete(ModelName.parse("mine"))).isTrue();
    assertThatThrownBy(() -> store.delete(BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ollama rm");
    store.prune();
    assertThat(Samples.contents(ollama)).isEqualTo(before);
    assertThat(store.require(ModelName.parse("other")).weights()).hasBinaryContent(gguf);
  }

  @Test
  void aCopyOutlivesTheStoreThatItCameFrom() throws IOException {
    store.copy(BASE, ModelName.parse("mine:1"));
    ModelStore alone = ModelStore.open(ours, List.of());
    StoredModel mine = alone.require(ModelName.parse("mine:1"));
    assertThat(mine.weights()).hasBinaryContent(gguf);
    assertThat(mine.digest()).isEqualTo(store.require(BASE).digest());
    assertThat(mine.isReadOnly()).isFalse();
  }

  @Test
  void listsTheNewestFirstAndOursBeforeOthersOfTheSameName() throws IOException {
    store.copy(BASE, ModelName.parse("new"));
    Files.setLastModifiedTime(
        ours.resolve("manifests/registry.ollama.ai/library/new/latest"),
        FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(store.list().stream().map(model -> model.name().shortest()))
        .containsExactly("new:latest", "base:latest");
    store.copy(ModelName.parse("new"), BASE);
    assertThat(store.list()).hasSize(2).noneMatch(StoredModel::isReadOnly);
  }

  @Test
  void passesOverWhatIsNoModel() throws IOException {
    Path manifests = ours.resolve("manifests");
    Files.createDirectories(manifests.resolve("registry.ollama.ai/library/x"));
    Files.writeString(manifests.resolve("registry.ollama.ai/library/x/latest"), "not json");
    Files.writeString(manifests.resolve("registry.ollama.ai/library/x/.DS_Store"), "mac");
    Files.writeString(manifests.resolve("stray"), "stray");
    Files.createSymbolicLink(manifests.resolve("loop"), manifests);
    Files.createSymbolicLink(
        manifests.resolve("registry.ollama.ai/library/x/link"), Path.of("/etc/passwd"));
    assertThat(store.list()).hasSize(1);
    assertThatThrownBy(() -> store.find(ModelName.parse("x")))
        .isInstanceOf(IntegrityException.class)
        .hasMessageStartingWith("x:latest: ");
    assertThat(store.find(ModelName.parse("x:link"))).isEmpty();
    assertThat(store.delete(ModelName.parse("x"))).isTrue();
    assertThat(store.find(ModelName.parse("x"))).isEmpty();
  }

  @Test
  void deletingAModelFreesWhatNoOtherNeeds() throws IOException {
    store.create(Samples.request("a", folder, "FROM base\nSYSTEM a"), event -> {});
    store.create(Samples.request("b", folder, "FROM base\nSYSTEM b"), event -> {});
    assertThat(store.delete(ModelName.parse("a"))).isTrue();
    assertThat(store.delete(ModelName.parse("a"))).isFalse();
    assertThat(store.require(ModelName.parse("b")).system()).contains("b");
    assertThat(store.blobs().has(Digest.of("a".getBytes(UTF_8)))).isFalse();
    assertThat(store.delete(ModelName.parse("b"))).isTrue();
    assertThat(blobs(ours)).isZero();
    assertThat(ours.resolve("manifests/registry.ollama.ai")).doesNotExist();
  }

  @Test
  void anUploadedBlobWaitsADayForItsModel() throws IOException {
    Digest fresh = store.blobs().put("fresh".getBytes(UTF_8));
    Digest old = store.blobs().put("old".getBytes(UTF_8));
    FileTime past = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(store.blobs().file(old), past);
    store.copy(BASE, ModelName.parse("kept"));
    Path names = ours.resolve("manifests/registry.ollama.ai/library/kept");
    Path killed = Files.writeString(names.resolve(".tmp-killed"), "half");
    Files.setLastModifiedTime(killed, past);
    Path partial = Files.createDirectories(ours.resolve("partial"));
    Files.writeString(partial.resolve("sha256-new"), "half");
    Files.setLastModifiedTime(
        Files.writeString(partial.resolve("sha256-old"), "half"),
        FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    store.prune();
    assertThat(store.blobs().has(fresh)).isTrue();
    assertThat(store.blobs().has(old)).isFalse();
    assertThat(killed).doesNotExist();
    assertThat(partial.resolve("sha256-new")).exists();
    assertThat(partial.resolve("sha256-old")).doesNotExist();
    assertThat(store.require(ModelName.parse("kept")).weights()).hasBinaryContent(gguf);
  }

  @Test
  void whileSomebodyPullsNoBlobDisappears() throws IOException {
    store.copy(BASE, ModelName.parse("a"));
    try (StoreLock.Use _ = store.lock().use()) {
      assertThat(store.delete(ModelName.parse("a"))).isTrue();
      assertThat(blobs(ours)).isPositive();
    }
    store.copy(BASE, ModelName.parse("a"));
    store.delete(ModelName.parse("a"));
    assertThat(blobs(ours)).isZero();
  }

  @Test
  void aModelThatIsMissingIsToldByItsName() {
    assertThatThrownBy(() -> store.require(ModelName.parse("nope")))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessage("model 'nope:latest' not found");
    assertThatThrownBy(() -> store.copy(ModelName.parse("nope"), BASE))
        .isInstanceOf(NoSuchModelException.class);
  }

  @Test
  void aBlobThatIsMissingOrShortIsToldAsSuch() throws IOException {
    StoredModel model = store.require(BASE);
    Path blob = model.weights();
    Files.write(blob, new byte[] {1});
    assertThatThrownBy(model::weights).isInstanceOf(IntegrityException.class);
    Files.delete(blob);
    assertThat(model.details().family()).isEqualTo("llama");
    assertThat(store.list()).hasSize(1);
    assertThatThrownBy(model::weights)
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("pulling the model again");
    assertThatThrownBy(() -> store.copy(BASE, ModelName.parse("x")))
        .isInstanceOf(IntegrityException.class);
    assertThat(store.find(ModelName.parse("x"))).isEmpty();
  }

  @Test
  void adaptersAndModelsWithoutWeightsAreRefusedWithASentence() throws IOException {
    Samples.ollama(
        ollama,
        "registry.ollama.ai/library/lora/latest",
        List.of(Samples.weights(gguf), Samples.Blob.of("adapter", "x")));
    Samples.ollama(
        ollama,
        "registry.ollama.ai/library/cloud/latest",
        List.of(Samples.Blob.of("template", "x")));
    assertThatThrownBy(() -> store.require(ModelName.parse("lora")).weights())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("adapter");
    assertThatThrownBy(() -> store.require(ModelName.parse("cloud")).weights())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no weights");
  }

  @Test
  void detailsComeFromTheFileWhereTheConfigIsSilent() throws IOException {
    store.blobs().put(gguf);
    Layer weights = new Layer(Layer.MODEL, Digest.of(gguf), gguf.length);
    byte[] config = "{}".getBytes(UTF_8);
    Layer empty = new Layer(Layer.CONFIG, store.blobs().put(config), config.length);
    store.install(ModelName.parse("bare"), Manifest.of(empty, List.of(weights)));
    assertThat(store.require(ModelName.parse("bare")).details())
        .isEqualTo(new ModelDetails("gguf", "llama", List.of("llama"), "4K", "F32"));
    ModelStore again = ModelStore.open(ours, List.of());
    Files.delete(again.require(ModelName.parse("bare")).weights());
    assertThat(again.require(ModelName.parse("bare")).details())
        .isEqualTo(new ModelDetails("", "", List.of(), "", ""));
  }

  @Test
  void aModelInPartsIsOpenedAsOne() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (byte[] part : Samples.parts(3)) {
      layers.add(new Layer(Layer.MODEL, store.blobs().put(part), part.length));
    }
    byte[] config = "{}".getBytes(UTF_8);
    Layer empty = new Layer(Layer.CONFIG, store.blobs().put(config), config.length);
    ModelName name = ModelName.parse("parts");
    store.install(name, Manifest.of(empty, layers));
    Path first = store.require(name).weights();
    try (GgufFile file = GgufFile.open(first)) {
      assertThat(file.tensors().keySet()).containsExactly("t0", "t1", "t2");
      assertThat(file.paths()).hasSize(3);
    }
    assertThat(store.require(name).weights()).isEqualTo(first);
    store.delete(name);
    assertThat(first.getParent()).doesNotExist();
    assertThat(blobs(ours)).isZero();
  }

  @Test
  void manyMayWorkOnOneModelAtOnce() throws Exception {
    int rounds = 40;
    AtomicInteger created = new AtomicInteger();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int id = i;
        // Each has a store of its own, as another process would.
        ModelStore mine = ModelStore.open(ours, List.of(ollama));
        ModelName name = ModelName.parse("m" + id % 2);
        tasks.add(() -> {
          for (int round = 0; round < rounds; round++) {
            String text = "FROM base\nSYSTEM s" + round % 3;
            mine.create(Samples.request(name.shortest(), folder, text), event -> {});
            created.incrementAndGet();
          }
          return null;
        });
        tasks.add(() -> {
          for (int round = 0; round < rounds; round++) {
            mine.delete(name);
            mine.copy(BASE, name);
          }
          return null;
        });
        tasks.add(() -> {
          for (int round = 0; round < rounds; round++) {
            for (StoredModel model : mine.list()) {
              assertThat(model.name().shortest()).matches("m[01]:latest|base:latest");
            }
          }
          return null;
        });
      }
      for (Future<Void> task : pool.invokeAll(tasks)) {
        task.get();
      }
    }
    assertThat(created.get()).isEqualTo(4 * rounds);
    for (StoredModel model : store.list()) {
      assertThat(model.weights()).hasBinaryContent(gguf);
      assertThat(model.system()).isPresent();
    }
    for (String name : List.of("m0", "m1")) {
      store.delete(ModelName.parse(name));
    }
    store.copy(BASE, ModelName.parse("last"));
    store.delete(ModelName.parse("last"));
    assertThat(store.list()).hasSize(1);
  }
}

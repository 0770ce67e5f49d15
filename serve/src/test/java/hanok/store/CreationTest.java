package hanok.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import hanok.quantize.FileType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreationTest {
  @TempDir Path folder;
  private ModelStore store;
  private final List<PullProgress> events = new ArrayList<>();

  @BeforeEach
  void open() {
    store = ModelStore.open(folder.resolve("models"), List.of());
  }

  private StoredModel create(String name, String modelfile) {
    return store.create(Samples.request(name, folder, modelfile), events::add);
  }

  @Test
  void makesAModelOfAFile() throws IOException {
    byte[] gguf = Samples.gguf(1, Map.of());
    Files.write(folder.resolve("m.gguf"), gguf);
    StoredModel model =
        create(
            "mine:v1",
            "FROM m.gguf\nSYSTEM hello\nPARAMETER stop x\nPARAMETER top_k 3\nLICENSE free");
    assertThat(model.weights()).hasBinaryContent(gguf);
    assertThat(model.weights()).isNotEqualTo(folder.resolve("m.gguf"));
    assertThat(model.system()).contains("hello");
    assertThat(model.parameters()).containsEntry("stop", List.of("x")).containsEntry("top_k", 3L);
    assertThat(model.licenses()).containsExactly("free");
    assertThat(model.details().family()).isEqualTo("llama");
    assertThat(events).last().isEqualTo(PullProgress.of("success"));
  }

  @Test
  void aDerivedModelKeepsWhatItDoesNotChange() throws IOException {
    Files.write(folder.resolve("m.gguf"), Samples.gguf(1, Map.of()));
    StoredModel base =
        create(
            "a",
            "FROM m.gguf\nSYSTEM one\nTEMPLATE t\nPARAMETER top_k 3\nPARAMETER seed 1\n"
                + "MESSAGE user hi\nLICENSE free");
    StoredModel derived = create("b", "FROM a\nSYSTEM two\nPARAMETER seed 2\nLICENSE more");
    assertThat(derived.system()).contains("two");
    assertThat(derived.template()).isEqualTo(base.template());
    assertThat(derived.parameters()).containsEntry("top_k", 3L).containsEntry("seed", 2L);
    assertThat(derived.messages()).isEqualTo(base.messages());
    assertThat(derived.licenses()).containsExactly("free", "more");
    assertThat(derived.weights()).isEqualTo(base.weights());
    assertThat(derived.details()).isEqualTo(base.details());
  }

  @Test
  void equalModelsHaveEqualDigests() throws IOException {
    Files.write(folder.resolve("m.gguf"), Samples.gguf(1, Map.of()));
    String text = "FROM m.gguf\nSYSTEM one";
    assertThat(create("a", text).digest()).isEqualTo(create("b", text).digest());
  }

  @Test
  void makesAModelOfUploadedBlobs() throws IOException {
    byte[] gguf = Samples.gguf(2, Map.of());
    Digest digest = store.blobs().put(gguf);
    CreateRequest.Source source = new CreateRequest.FromBlobs(Map.of("m.gguf", digest));
    StoredModel model = store.create(Samples.request("up", source), events::add);
    assertThat(model.weights()).hasBinaryContent(gguf);
    Digest absent = Digest.of(new byte[] {9});
    CreateRequest.Source none = new CreateRequest.FromBlobs(Map.of("m.gguf", absent));
    assertThatThrownBy(() -> store.create(Samples.request("up2", none), events::add))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessageContaining("was not uploaded");
    CreateRequest.Source empty = new CreateRequest.FromBlobs(Map.of());
    assertThatThrownBy(() -> store.create(Samples.request("up2", empty), events::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void partsStayPartsAndAreQuantizedIntoOne() throws IOException {
    Map<String, Digest> files = new LinkedHashMap<>();
    List<byte[]> parts = Samples.parts(2);
    files.put("m-00002-of-00002.gguf", store.blobs().put(parts.get(1)));
    files.put("m-00001-of-00002.gguf", store.blobs().put(parts.get(0)));
    StoredModel model =
        store.create(Samples.request("split", new CreateRequest.FromBlobs(files)), events::add);
    try (GgufFile file = GgufFile.open(model.weights())) {
      assertThat(file.tensors().keySet()).containsExactly("t0", "t1");
    }
    Path first = folder.resolve("m-00001-of-00002.gguf");
    Files.write(first, parts.get(0));
    Files.write(folder.resolve("m-00002-of-00002.gguf"), parts.get(1));
    assertThat(create("local", "FROM " + first).digest()).isEqualTo(model.digest());
    Map<String, Digest> half = Map.of("m.gguf", store.blobs().put(parts.get(1)));
    assertThatThrownBy(() ->
            store.create(Samples.request("half", new CreateRequest.FromBlobs(half)), events::add))
        .isInstanceOf(MalformedModelException.class);
    byte[] whole = Samples.gguf(5, Map.of());
    files.put("z.gguf", store.blobs().put(whole));
    assertThatThrownBy(() ->
            store.create(Samples.request("more", new CreateRequest.FromBlobs(files)), events::add))
        .isInstanceOf(RuntimeException.class);
    assertThat(store.list()).hasSize(2);
  }

  @Test
  void refusesWhatIsNoModelFile() throws Exception {
    Files.writeString(folder.resolve("text.gguf"), "text");
    assertThatThrownBy(() -> create("x", "FROM text.gguf"))
        .isInstanceOf(MalformedModelException.class);
    assertThatThrownBy(() -> create("x", "FROM none.gguf"))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> create("x", "FROM /dev/zero"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a plain file");
    assertThatThrownBy(() -> create("x", "FROM " + folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hanok convert");
    Path fifo = folder.resolve("fifo.gguf");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> create("x", "FROM fifo.gguf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a plain file");
    assertThatThrownBy(() -> create("x", "FROM nobody/nothing"))
        .isInstanceOf(NoSuchModelException.class);
    Files.write(folder.resolve("m.gguf"), Samples.gguf(1, Map.of()));
    assertThatThrownBy(() -> create("x", "FROM m.gguf\nADAPTER lora.gguf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("adapters");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void quantizesWithProgress() throws IOException {
    Path golden = Samples.GOLDEN.resolve("exaone-a-F16.gguf").toAbsolutePath();
    CreateRequest request =
        CreateRequest.of(
            ModelName.parse("exaone-tiny:q8"),
            Modelfile.parse("FROM " + golden),
            folder,
            true,
            Optional.of(FileType.Q8_0));
    StoredModel model = store.create(request, events::add);
    try (GgufFile file = GgufFile.open(model.weights())) {
      assertThat(file.tensor("blk.0.attn_q.weight").type()).isEqualTo(GgmlType.Q8_0);
    }
    assertThat(model.details().quantizationLevel()).isEqualTo("Q8_0");
    try (var blobs = Files.list(folder.resolve("models/blobs"))) {
      assertThat(blobs).hasSize(3); // weights, licence and config, and no copy of the source
    }
    List<PullProgress> steps =
        events.stream().filter(e -> e.status().equals("quantizing F16 model to Q8_0")).toList();
    assertThat(steps).hasSizeGreaterThan(2);
    assertThat(steps.getLast().completed()).isEqualTo(steps.getLast().total()).isPositive();
    CreateRequest again =
        CreateRequest.of(
            ModelName.parse("exaone-tiny:q4"),
            Modelfile.parse("FROM exaone-tiny:q8"),
            folder,
            true,
            Optional.of(FileType.Q4_0));
    assertThatThrownBy(() -> store.create(again, events::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantised already");
  }

  @Test
  void whatComesOfExaoneIsCalledExaoneAndKeepsItsLicence() throws IOException {
    Path golden = Samples.GOLDEN.resolve("exaone-a-Q4_0.gguf").toAbsolutePath();
    assertThatThrownBy(() -> create("mine", "FROM " + golden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begin with \"exaone\"");
    StoredModel base = create("me/EXAONE-mine", "FROM " + golden);
    assertThat(base.licenses()).anyMatch(text -> text.contains("EXAONE AI Model License"));
    assertThatThrownBy(() -> create("mine", "FROM me/exaone-mine\nSYSTEM x"))
        .isInstanceOf(IllegalArgumentException.class);
    StoredModel derived = create("exaone-x", "FROM me/exaone-mine\nLICENSE apache");
    assertThat(derived.licenses()).hasSize(2).startsWith(base.licenses().getFirst());
    // A community conversion that calls itself llama.
    Map<String, String> keys = Map.of("general.license", "other", "general.license.name", "exaone");
    Files.write(folder.resolve("c.gguf"), Samples.gguf(1, keys));
    assertThatThrownBy(() -> create("c", "FROM c.gguf"))
        .isInstanceOf(IllegalArgumentException.class);
    // A copy under another name does not launder it.
    store.copy(ModelName.parse("exaone-x"), ModelName.parse("clean"));
    assertThatThrownBy(() -> create("cleaner", "FROM clean"))
        .isInstanceOf(IllegalArgumentException.class);
    // What states another licence is not EXAONE's, whatever its shape.
    Map<String, String> own =
        Map.of("general.license", "apache-2.0", "general.architecture", "exaone");
    Files.write(folder.resolve("own.gguf"), Samples.gguf(1, own));
    assertThat(create("hanok-1b", "FROM own.gguf").licenses()).isEmpty();
  }
}

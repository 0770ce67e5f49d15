package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgufFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls from a hub that speaks Ollama's protocol where it can, and lists files where not. */
class HubTest extends PullLab {
  private static final String REPOSITORY = "/lab/Tiny-GGUF";
  private static final String TREE = "/api/models" + REPOSITORY + "/tree/main?recursive=true";

  private byte[] q4;
  private byte[] q8;
  private List<byte[]> parts;
  private final List<String> tree = new ArrayList<>();

  @BeforeEach
  void fill() throws IOException {
    q4 = Samples.gguf(4, Map.of());
    q8 = Samples.gguf(8, Map.of());
    parts = Samples.parts(3);
    file("README.md", "read me".getBytes(UTF_8), false);
    file("LICENSE", "Apache License".getBytes(UTF_8), false);
    file("Tiny-Q4_K_M.gguf", q4, true);
    file("Tiny-Q4_K_S.gguf", q8, true);
    for (int i = 0; i < 3; i++) {
      file("BF16/Tiny BF16-0000%d-of-00003.gguf".formatted(i + 1), parts.get(i), true);
    }
    serveTree();
    registry.serve(
        "/v2" + REPOSITORY + "/manifests/Q8_0",
        Samples.manifest(
            Samples.config(), List.of(Samples.weights(q8), Samples.Blob.of("template", "t"))));
    for (Samples.Blob blob :
        List.of(Samples.config(), Samples.weights(q8), Samples.Blob.of("template", "t"))) {
      registry.serve("/v2" + REPOSITORY + "/blobs/" + blob.digest(), blob.bytes());
    }
    registry.mischief =
        (exchange, path) -> {
          if (!path.startsWith("/v2" + REPOSITORY + "/manifests/") || path.endsWith("Q8_0")) {
            return false;
          }
          registry.send(exchange, 400, "{\"error\":\"sharded GGUF\"}".getBytes(UTF_8));
          return true;
        };
  }

  private void file(String path, byte[] bytes, boolean large) {
    String lfs =
        large
            ? ",\"lfs\":{\"oid\":\"%s\",\"size\":%d}"
                .formatted(Digest.of(bytes).hex(), bytes.length)
            : "";
    tree.add(
        "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d%s}".formatted(path, bytes.length, lfs));
    registry.serve(REPOSITORY + "/resolve/main/" + path.replace(" ", "%20"), bytes);
  }

  private void serveTree() {
    registry.serve(
        TREE, "[" + String.join(",", tree) + ",{\"type\":\"directory\",\"path\":\"BF16\"}]");
  }

  private StoredModel pullTag(String tag) {
    return pull(ModelName.parse("hf.co/lab/Tiny-GGUF:" + tag));
  }

  @Test
  void asksForAnOllamaManifestFirst() {
    StoredModel model = pullTag("Q8_0");
    assertThat(model.weights()).hasBinaryContent(q8);
    assertThat(model.template()).contains("t");
    assertThat(registry.seen).noneMatch(request -> request.path().startsWith("/api"));
  }

  @Test
  void findsTheFileOfAQuantizationInTheListOfFiles() {
    StoredModel model = pullTag("q4_k_m");
    assertThat(model.weights()).hasBinaryContent(q4);
    assertThat(model.licenses()).containsExactly("Apache License");
    assertThat(model.details())
        .isEqualTo(new ModelDetails("gguf", "llama", List.of("llama"), "4K", "F32"));
    assertThat(model.name().shortest()).isEqualTo("hf.co/lab/Tiny-GGUF:q4_k_m");
    assertThat(pullTag("Q4_K_S").weights()).hasBinaryContent(q8);
    assertThat(pull(ModelName.parse("huggingface.co/lab/Tiny-GGUF")).weights())
        .hasBinaryContent(q4);
  }

  @Test
  void aModelInPartsIsPulledAndOpenedAsOne() {
    StoredModel model = pullTag("BF16");
    try (GgufFile file = GgufFile.open(model.weights())) {
      assertThat(file.tensors().keySet()).containsExactly("t0", "t1", "t2");
    }
    registry.seen.clear();
    assertThat(pullTag("BF16").digest()).isEqualTo(model.digest());
    assertThat(registry.seen).noneMatch(request -> request.path().endsWith(".gguf"));
  }

  @Test
  void saysWhatThereIsIfTheTagIsNotThere() {
    assertThatThrownBy(() -> pullTag("Q4_K"))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessageContaining("no GGUF file for \"Q4_K\"")
        .hasMessageContaining("Tiny-Q4_K_M");
    assertThatThrownBy(() -> pull(ModelName.parse("hf.co/lab/nothing")))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessageContaining("there is no repository lab/nothing");
  }

  @Test
  void aListThatLiesIsRefused() throws IOException {
    List<String> good = List.copyOf(tree);
    tree.removeLast();
    serveTree();
    assertThatThrownBy(() -> pullTag("BF16"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("3 parts, of which 2 are there");
    tree.clear();
    tree.add(good.get(2).replaceFirst("\"oid\":\"\\w+\"", "\"oid\":\"../../x\""));
    serveTree();
    assertThatThrownBy(() -> pullTag("Q4_K_M"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("does not say the SHA-256");
    tree.set(0, good.get(2).replace("Tiny-Q4_K_M", "../../../../etc/Tiny-Q4_K_M"));
    serveTree();
    assertThatThrownBy(() -> pullTag("Q4_K_M")).isInstanceOf(NoSuchModelException.class);
    registry.serve(TREE, "{\"error\":1}");
    assertThatThrownBy(() -> pullTag("Q4_K_M")).isInstanceOf(NoSuchModelException.class);
    assertThat(store.list()).isEmpty();
  }

  @Test
  void readsAListOfSeveralPagesFromTheHubOnly() {
    registry.serve("/page2", registry.body(TREE));
    registry.mischief =
        (exchange, path) -> {
          if (path.equals(TREE)) {
            exchange.getResponseHeaders().set("Link", "</page2>; rel=\"next\"");
            registry.send(exchange, 200, "[]".getBytes(UTF_8));
            return true;
          }
          return false;
        };
    assertThat(pullTag("Q4_K_M").weights()).hasBinaryContent(q4);
    registry.mischief =
        (exchange, path) -> {
          exchange.getResponseHeaders().set("Link", "<http://localhost:1/x>; rel=\"next\"");
          registry.send(exchange, path.startsWith("/v2") ? 400 : 200, "[]".getBytes(UTF_8));
          return true;
        };
    assertThatThrownBy(() -> pullTag("Q4_K_M"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("another host");
  }

  @Test
  void theTokenGoesToTheHubAndNoFurther() throws IOException {
    environment.put("HF_TOKEN", "hf_secret");
    try (FakeRegistry cdn = new FakeRegistry()) {
      cdn.serve("/q4", q4);
      FakeRegistry.Mischief before = registry.mischief;
      registry.mischief =
          (exchange, path) -> {
            if (path.endsWith("Tiny-Q4_K_M.gguf")) {
              exchange.getResponseHeaders().set("Location", cdn.url() + "/q4");
              registry.send(exchange, 302, new byte[0]);
              return true;
            }
            return before.answers(exchange, path);
          };
      assertThat(pullTag("Q4_K_M").weights()).hasBinaryContent(q4);
      assertThat(registry.seen).allMatch(r -> r.authorization().equals("Bearer hf_secret"));
      assertThat(cdn.seen).hasSize(1).allMatch(r -> r.authorization().isEmpty());
      cdn.serveModel("tiny", List.of(Samples.weights(q8)));
      pull(cdn.name("tiny"));
      assertThat(cdn.seen).allMatch(r -> r.authorization().isEmpty());
    }
  }

  @Test
  void theTokenIsNeitherShownNorSentInTheOpen() {
    environment.put("HF_TOKEN", "secret\nsecret");
    assertThatThrownBy(this::puller)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("secret");
    environment.put("HF_TOKEN", "secret");
    for (String endpoint : List.of("ftp://x", "nowhere", "http://[", "/")) {
      environment.put("HF_ENDPOINT", endpoint);
      assertThatThrownBy(this::puller)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("HF_ENDPOINT");
    }
  }

  @Test
  void aGatedRepositorySaysWhatToDo() {
    for (int status : List.of(401, 403)) {
      registry.mischief =
          (exchange, path) -> {
            registry.send(exchange, status, "{\"error\":\"no\"}".getBytes(UTF_8));
            return true;
          };
      assertThatThrownBy(() -> pullTag("Q4_K_M"))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.status()).isEqualTo(status))
          .hasMessageContaining("HF_TOKEN")
          .hasMessageContaining(registry.url() + REPOSITORY);
    }
  }
}

package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls from a registry that behaves, and from one that does not. */
class PullTest extends PullLab {
  private static final int WEIGHTS_BYTES = 10 * PART_BYTES + 123;
  private final Samples.Blob weights = Samples.weights(Samples.bytes(1, WEIGHTS_BYTES));
  private final Samples.Blob system = Samples.Blob.of("system", "안녕");

  @BeforeEach
  void serve() {
    registry.serveModel("tiny", List.of(weights, system));
  }

  private boolean isWeights(String path) {
    return path.endsWith(weights.digest());
  }

  private static void assertMonotonic(List<PullProgress> events) {
    Map<String, Long> last = new HashMap<>();
    for (PullProgress event : events) {
      long before = last.getOrDefault(event.digest(), 0L);
      assertThat(event.completed()).isBetween(before, event.total());
      last.put(event.digest(), event.completed());
    }
  }

  private void assertWhole(StoredModel model) throws IOException {
    assertThat(model.weights()).hasBinaryContent(weights.bytes());
    assertThat(model.system()).contains("안녕");
    assertMonotonic(events);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void fetchesAModelInPartsAndTellsOllamasStatuses() throws IOException {
    assertWhole(pull("tiny"));
    List<String> statuses = events.stream().map(PullProgress::status).distinct().toList();
    String digits = weights.digest().substring("sha256:".length(), "sha256:".length() + 12);
    assertThat(statuses)
        .startsWith("pulling manifest")
        .contains("pulling " + digits)
        .endsWith("verifying sha256 digest", "writing manifest", "success");
    PullProgress done =
        events.stream().filter(e -> e.digest().equals(weights.digest())).toList().getLast();
    assertThat(done.completed()).isEqualTo(done.total()).isEqualTo(WEIGHTS_BYTES);
    assertThat(registry.blobRequests().stream().filter(r -> isWeights(r.path()))).hasSize(11);
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void pullsAgainOnlyWhatHasChanged() throws IOException {
    pull("tiny");
    Samples.Blob changed = Samples.Blob.of("system", "바뀜");
    registry.serveModel("tiny", List.of(weights, changed));
    registry.seen.clear();
    assertThat(pull("tiny").system()).contains("바뀜");
    assertThat(registry.blobRequests()).hasSize(1);
  }

  @Test
  void takesFromAStoreOfOllamasWhatIsThere() throws IOException {
    Path ollama = folder.resolve("ollama");
    Samples.ollama(ollama, "registry.ollama.ai/library/other/latest", List.of(weights));
    store = ModelStore.open(folder.resolve("models"), List.of(ollama));
    assertWhole(pull("tiny"));
    assertThat(registry.blobRequests()).noneMatch(request -> isWeights(request.path()));
    assertThat(ModelStore.open(folder.resolve("models"), List.of()).list()).hasSize(1);
  }

  @Test
  void goesOnAtTheExactByteAfterACut() throws IOException {
    AtomicInteger cuts = new AtomicInteger();
    registry.mischief =
        (exchange, path) -> {
          if (isWeights(path) && cuts.getAndIncrement() < 8) {
            registry.cut(exchange, 20_000);
            return true;
          }
          return false;
        };
    assertWhole(pull("tiny"));
    long blobBytes = (long) WEIGHTS_BYTES + system.bytes().length + Samples.config().bytes().length;
    long manifestBytes = registry.body("/v2/lab/tiny/manifests/latest").length;
    assertThat(registry.sent.get()).isEqualTo(blobBytes + manifestBytes);
    assertThat(registry.blobRequests()).anyMatch(r -> r.range().startsWith("bytes=20000-"));
  }

  @Test
  void waitsOutAServerThatIsBusy() throws IOException {
    AtomicInteger busy = new AtomicInteger();
    registry.mischief =
        (exchange, path) -> {
          int count = busy.getAndIncrement();
          if (count < 3) {
            exchange.getResponseHeaders().set("Retry-After", "0");
            registry.send(exchange, List.of(429, 503, 500).get(count), new byte[0]);
            return true;
          }
          return false;
        };
    assertWhole(pull("tiny"));
  }

  @Test
  void givesUpOnAServerThatStaysBusy() {
    registry.mischief =
        (exchange, path) -> {
          registry.send(exchange, 503, new byte[0]);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1 answers 503");
    assertThat(registry.seen).hasSize(PATIENCE.tries());
  }

  @Test
  void aConnectionThatStallsIsGivenUpAndTakenUpAgain() throws IOException {
    AtomicBoolean stalled = new AtomicBoolean();
    registry.mischief =
        (exchange, path) -> {
          if (isWeights(path) && stalled.compareAndSet(false, true)) {
            registry.cut(exchange, 1000);
            Thread.sleep(20_000);
            return true;
          }
          return false;
        };
    Instant start = Instant.now();
    assertWhole(pull("tiny"));
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aServerThatIgnoresRangesIsReadFromTheBeginning() throws IOException {
    AtomicInteger cuts = new AtomicInteger();
    registry.mischief =
        (exchange, path) -> {
          if (!isWeights(path)) {
            return false;
          }
          if (cuts.getAndIncrement() == 5) { // in the middle of the whole
            exchange.sendResponseHeaders(200, WEIGHTS_BYTES);
            exchange.getResponseBody().write(weights.bytes(), 0, 300_000);
            return true;
          }
          registry.send(exchange, 200, weights.bytes());
          return true;
        };
    assertWhole(pull("tiny"));
  }

  @Test
  void whatIsNotOfItsDigestIsThrownAway() throws IOException {
    byte[] wrong = weights.bytes().clone();
    wrong[WEIGHTS_BYTES / 2] ^= 1;
    registry.serve("/v2/lab/tiny/blobs/" + weights.digest(), wrong);
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("digest mismatch")
        .hasMessageContaining(weights.digest());
    assertThat(store.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
    registry.serve("/v2/lab/tiny/blobs/" + weights.digest(), weights.bytes());
    events.clear();
    assertWhole(pull("tiny"));
  }

  @Test
  void neitherMoreNorLessThanPromisedIsTaken() {
    String path = "/v2/lab/tiny/manifests/latest";
    String manifest = new String(registry.body(path), UTF_8);
    String size = "\"size\":" + WEIGHTS_BYTES;
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES - 1)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(IntegrityException.class);
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES - PART_BYTES / 2)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(IntegrityException.class);
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES + 1)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(RuntimeException.class);
    registry.serve(path, manifest.replace(size, "\"size\":1099511627776000"));
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("bytes more are needed");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aFloodInPlaceOfAPartIsCutOff() {
    registry.mischief =
        (exchange, path) -> {
          if (!isWeights(path)) {
            return false;
          }
          String range = FakeRegistry.header(exchange, "Range").replace('=', ' ');
          exchange.getResponseHeaders().set("Content-Range", range + "/*");
          flood(exchange, 206, 100 << 20);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("sends more than it was asked for");
    assertThat(registry.sent.get()).isLessThan(80 << 20);
  }

  private void flood(HttpExchange exchange, int status, int bytes) throws IOException {
    exchange.sendResponseHeaders(status, 0); // chunked, without a length
    byte[] zeros = new byte[1 << 16];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < bytes; i += zeros.length) {
        out.write(zeros);
        registry.sent.addAndGet(zeros.length);
      }
    }
  }

  @Test
  void anotherRangeThanAskedForIsRefused() {
    registry.mischief =
        (exchange, path) -> {
          if (!isWeights(path)) {
            return false;
          }
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-65535/700000");
          registry.send(exchange, 206, new byte[PART_BYTES]);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("was asked for bytes");
  }

  @Test
  void aManifestOfTwoHundredMegabytesIsNotRead() {
    registry.mischief =
        (exchange, path) -> {
          flood(exchange, 200, 200 << 20);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("too large");
    assertThat(registry.sent.get()).isLessThan(50 << 20);
  }

  @Test
  void aManifestThatTricklesForEverIsGivenUp() {
    registry.mischief =
        (exchange, path) -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            Thread.sleep(10);
          }
          return true;
        };
    Instant start = Instant.now();
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(UncheckedIOException.class);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aBodyThatIsCompressedIsRefusedUnread() {
    registry.mischief =
        (exchange, path) -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          registry.send(exchange, 200, registry.body(path));
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("gzip");
  }

  @Test
  void manifestsThatLieAreRefused() {
    String path = "/v2/lab/tiny/manifests/latest";
    String manifest = new String(registry.body(path), UTF_8);
    for (String evil :
        List.of(
            manifest.replace(weights.digest(), "sha256:../../../../../../etc/passwd"),
            manifest.replace(weights.digest(), "sha256:" + "/".repeat(64)),
            manifest.replaceFirst("\"layers\":.*", "\"layers\":[]}"),
            manifest.replace("\"size\":" + WEIGHTS_BYTES, "\"size\":0"),
            "<html>",
            "")) {
      registry.serve(path, evil);
      assertThatThrownBy(() -> pull("tiny")).as(evil).isInstanceOf(IntegrityException.class);
    }
    assertThat(store.list()).isEmpty();
    assertThat(registry.blobRequests()).isEmpty();
  }

  @Test
  void aModelThatIsNotThereIsToldAtOnce() {
    assertThatThrownBy(() -> pull("nothing"))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessageContaining("nothing:latest' not found");
    assertThat(registry.seen).hasSize(1);
  }

  @Test
  void credentialsGoToNoOtherOrigin() throws IOException {
    try (FakeRegistry cdn = new FakeRegistry()) {
      String blob = "/v2/lab/tiny/blobs/" + weights.digest();
      cdn.serve("/cdn/weights?signature=1", weights.bytes());
      registry.mischief =
          (exchange, path) -> {
            if (path.startsWith("/token")) {
              registry.send(exchange, 200, "{\"token\":\"secret\"}".getBytes(UTF_8));
            } else if (FakeRegistry.header(exchange, "Authorization").isEmpty()) {
              String challenge =
                  "Bearer realm=\"%s/token\",service=\"s\",scope=\"repository:a b:pull\""
                      .formatted(registry.url());
              exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
              registry.send(exchange, 401, new byte[0]);
            } else if (path.equals(blob)) {
              exchange.getResponseHeaders().set("Location", cdn.url() + "/cdn/weights?signature=1");
              registry.send(exchange, 307, new byte[0]);
            } else {
              return false;
            }
            return true;
          };
      assertWhole(pull("tiny"));
      assertThat(registry.seen)
          .anyMatch(r -> r.path().equals("/token?service=s&scope=repository%3Aa+b%3Apull"));
      assertThat(registry.seen).anyMatch(r -> r.authorization().equals("Bearer secret"));
      assertThat(cdn.seen).hasSize(11).allMatch(r -> r.authorization().isEmpty());
    }
  }

  @Test
  void aTokenIsFetchedFromTheRegistryItselfOnly() throws IOException {
    try (FakeRegistry foreign = new FakeRegistry()) {
      String elsewhere = foreign.url().replace("127.0.0.1", "localhost");
      for (String realm :
          List.of(elsewhere + "/token", "file:///etc/passwd", "//x", "http://[", "", "ftp://a/b")) {
        registry.mischief =
            (exchange, path) -> {
              exchange
                  .getResponseHeaders()
                  .set("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\"");
              registry.send(exchange, 401, new byte[0]);
              return true;
            };
        assertThatThrownBy(() -> pull("tiny")).as(realm).isInstanceOf(RegistryException.class);
      }
      assertThat(foreign.seen).isEmpty();
    }
  }

  @Test
  void redirectsThatLeadNowhereGoodAreRefused() {
    for (String location :
        List.of("file:///etc/passwd", "ftp://x/y", "", "http:///x", "://", "javascript:alert(1)")) {
      registry.mischief =
          (exchange, path) -> {
            exchange.getResponseHeaders().set("Location", location);
            registry.send(exchange, 302, new byte[0]);
            return true;
          };
      assertThatThrownBy(() -> pull("tiny"))
          .as(location)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("redirects");
    }
    registry.mischief =
        (exchange, path) -> {
          exchange.getResponseHeaders().set("Location", path);
          registry.send(exchange, 302, new byte[0]);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny")).hasMessageContaining("redirects more than 6 times");
  }

  @Test
  void cancellingKeepsWhatIsThereForTheNextPull() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    registry.mischief =
        (exchange, path) -> {
          if (isWeights(path) && requests.incrementAndGet() > 6) {
            registry.cut(exchange, 500);
            Thread.sleep(20_000);
            return true;
          }
          return false;
        };
    Puller puller = new Puller(store, licences, environment, patient());
    assertThatThrownBy(() ->
            puller.pull(
                PullRequest.of(registry.name("tiny")), events::add, () -> requests.get() > 9))
        .isInstanceOf(CancellationException.class);
    awaitLeftovers();
    registry.mischief = (exchange, path) -> false;
    events.clear();
    long before = registry.sent.get();
    assertWhole(pull("tiny"));
    assertThat(registry.sent.get() - before).isLessThan(WEIGHTS_BYTES - 5L * PART_BYTES);
  }

  private static Patience patient() {
    return new Patience(3, Duration.ofMillis(5), Duration.ofSeconds(30), PART_BYTES);
  }

  /** The download ends in its own thread, soon after the last who waited has left. */
  private void awaitLeftovers() throws IOException {
    Instant end = Instant.now().plusSeconds(10);
    while (leftovers().size() < 2 && Instant.now().isBefore(end)) {
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    assertThat(leftovers()).hasSize(2);
  }

  @Test
  void pullsOfOneModelAtOnceAreOneDownload() throws Exception {
    Puller puller = puller();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StoredModel>> pulls = new ArrayList<>();
      List<List<PullProgress>> told = new ArrayList<>();
      registry.mischief =
          (exchange, path) -> {
            Thread.sleep(isWeights(path) ? 50 : 0);
            return false;
          };
      for (int i = 0; i < 8; i++) {
        List<PullProgress> mine = new ArrayList<>();
        told.add(mine);
        boolean leaves = i == 0;
        pulls.add(
            pool.submit(() ->
                puller.pull(
                    PullRequest.of(registry.name("tiny")),
                    mine::add,
                    () -> leaves && !mine.isEmpty())));
      }
      assertThatThrownBy(() -> pulls.getFirst().get())
          .hasCauseInstanceOf(CancellationException.class);
      for (int i = 1; i < 8; i++) {
        assertThat(pulls.get(i).get().weights()).hasBinaryContent(weights.bytes());
        assertThat(told.get(i)).last().isEqualTo(PullProgress.of("success"));
        assertMonotonic(told.get(i));
      }
    }
    assertThat(registry.blobRequests().stream().filter(r -> isWeights(r.path()))).hasSize(11);
  }

  @Test
  void twoProgramsThatPullTheSameDownloadItOnce() throws Exception {
    registry.serveModel("twin", List.of(weights));
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StoredModel>> pulls = new ArrayList<>();
      for (String model : List.of("tiny", "twin", "tiny", "twin")) {
        ModelStore own = ModelStore.open(folder.resolve("models"), List.of());
        Puller puller = new Puller(own, licences, environment, PATIENCE);
        PullRequest request = PullRequest.of(registry.name(model));
        pulls.add(pool.submit(() -> puller.pull(request, event -> {}, () -> false)));
      }
      for (Future<StoredModel> pull : pulls) {
        assertThat(pull.get().weights()).hasBinaryContent(weights.bytes());
      }
    }
    assertThat(registry.blobRequests().stream().filter(r -> isWeights(r.path()))).hasSize(11);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aModelIsPulledCopiedListedAndDeletedAllAtOnce() throws Exception {
    ModelName name = registry.name("tiny");
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        tasks.add(
            pool.submit(() -> {
              for (int round = 0; round < 10; round++) {
                puller().pull(PullRequest.of(name), event -> {}, () -> false);
              }
            }));
        tasks.add(
            pool.submit(() -> {
              for (int round = 0; round < 60; round++) {
                store.delete(name);
                store.list();
                store.find(name).ifPresent(model -> copyIfThere(name));
              }
            }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    assertWhole(pull("tiny"));
    for (StoredModel model : store.list()) {
      assertThat(model.weights()).hasBinaryContent(weights.bytes());
    }
  }

  private void copyIfThere(ModelName name) {
    try {
      store.copy(name, ModelName.parse("copy"));
    } catch (NoSuchModelException | IntegrityException e) {
      // Deleted between two steps, which is what this test is about.
      assertThat(e).hasMessageMatching(".*(not found|is missing).*");
    }
  }

  @Test
  void stateThatIsNotTrueIsNotBelieved() throws IOException {
    Path partial = Files.createDirectories(folder.resolve("models/partial"));
    String file = weights.digest().replace(':', '-');
    StringBuilder state =
        new StringBuilder("hanok partial 1\n" + WEIGHTS_BYTES + "\n" + PART_BYTES + "\n");
    for (int part = 0; part < 10; part++) {
      state.append(PART_BYTES).append('\n');
    }
    state.append("123\n");
    for (String evil :
        List.of(
            state.toString(), // of bytes that are not there
            state.toString().replace("123\n", "-5\n"),
            state.toString().replace("123\n", "124\n"),
            state.toString().replace("\n" + PART_BYTES, "\n0"),
            "hanok partial 1\n" + WEIGHTS_BYTES + "\n1\n",
            "hanok partial 1\nx\n",
            "\u0000".repeat(1000))) {
      Files.write(partial.resolve(file), new byte[1000]);
      Files.writeString(partial.resolve(file + ".state"), evil);
      events.clear();
      assertWhole(pull("tiny"));
      store.delete(registry.name("tiny"));
    }
  }
}

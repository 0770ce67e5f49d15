package hanok.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pulls from a registry that behaves, or at worst is slow, busy or cut off. */
class PullTest extends PullLab {

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
  void pullingAgainRepairsABlobThatWasCutShort() throws IOException {
    Path blob = pull("tiny").weights();
    try (FileChannel file = FileChannel.open(blob, StandardOpenOption.WRITE)) {
      file.truncate(1000);
    }
    assertThatThrownBy(() -> store.require(registry.name("tiny")).weights())
        .isInstanceOf(IntegrityException.class);
    events.clear();
    assertWhole(pull("tiny"));
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
    // What was on its way when a connection was cut is lost, and nothing else is sent again.
    long all = blobBytes + manifestBytes;
    assertThat(registry.sent.get()).isBetween(all, all + 8 * 10_000);
    assertThat(registry.blobRequests())
        .anyMatch(r -> start(r.range()) > 10_000 && start(r.range()) <= 20_000);
  }

  private static long start(String range) {
    String from = range.replaceFirst("^bytes=", "").replaceFirst("-.*$", "");
    return from.isEmpty() ? 0 : Long.parseLong(from);
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
  void aServerThatIsNotThereIsToldByItsName() throws IOException {
    FakeRegistry gone = new FakeRegistry();
    ModelName name = gone.name("tiny");
    gone.close();
    assertThatThrownBy(() -> pull(name))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(name.host() + " does not answer");
  }

  @Test
  void aServerThatAlwaysStallsIsToldAsSuch() {
    registry.mischief =
        (exchange, path) -> {
          if (isWeights(path)) {
            registry.cut(exchange, 0);
            Thread.sleep(20_000);
          }
          return isWeights(path);
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1 has sent nothing for");
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
  void aModelThatIsNotThereIsToldAtOnce() {
    assertThatThrownBy(() -> pull("nothing"))
        .isInstanceOf(NoSuchModelException.class)
        .hasMessageContaining("nothing:latest' not found");
    assertThat(registry.seen).hasSize(1);
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
}

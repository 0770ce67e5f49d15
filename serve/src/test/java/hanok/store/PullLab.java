package hanok.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store, a registry, and little patience. */
class PullLab {
  static final int PART_BYTES = 1 << 16;
  static final int WEIGHTS_BYTES = 10 * PART_BYTES + 123;
  static final Patience PATIENCE =
      new Patience(4, Duration.ofMillis(5), Duration.ofMillis(700), PART_BYTES);

  final Samples.Blob weights = Samples.weights(Samples.bytes(1, WEIGHTS_BYTES));
  final Samples.Blob system = Samples.Blob.of("system", "안녕");

  @TempDir Path folder;
  FakeRegistry registry;
  ModelStore store;
  Licences licences;
  final Map<String, String> environment = new HashMap<>();
  final List<PullProgress> events = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    registry = new FakeRegistry();
    registry.serveModel("tiny", List.of(weights, system));
    environment.put("HF_ENDPOINT", registry.url());
    store = ModelStore.open(folder.resolve("models"), List.of());
    licences = new Licences(folder.resolve("licences.json"), Map.of(), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  Puller puller() {
    return new Puller(store, licences, environment, PATIENCE);
  }

  StoredModel pull(ModelName name) {
    return puller().pull(PullRequest.of(name), events::add, () -> false);
  }

  StoredModel pull(String model) {
    return pull(registry.name(model));
  }

  List<String> leftovers() throws IOException {
    Path partial = folder.resolve("models/partial");
    if (!Files.isDirectory(partial)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(partial)) {
      return files
          .filter(file -> file.toFile().length() > 0)
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  boolean isWeights(String path) {
    return path.endsWith(weights.digest());
  }

  static void assertMonotonic(List<PullProgress> events) {
    Map<String, Long> last = new HashMap<>();
    for (PullProgress event : events) {
      long before = last.getOrDefault(event.digest(), 0L);
      assertThat(event.completed()).isBetween(before, event.total());
      last.put(event.digest(), event.completed());
    }
  }

  void assertWhole(StoredModel model) throws IOException {
    assertThat(model.weights()).hasBinaryContent(weights.bytes());
    assertThat(model.system()).contains("안녕");
    assertMonotonic(events);
    assertThat(leftovers()).isEmpty();
  }
}

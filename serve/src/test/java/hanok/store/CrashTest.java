package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Other processes, which are killed, or whose disk is full. */
class CrashTest extends PullLab {
  private static final int BIG_BYTES = 200 * PART_BYTES;
  private final Samples.Blob big = Samples.weights(Samples.bytes(3, BIG_BYTES));

  /** Pulls a model into a store, in a process of its own. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      StorePaths paths = new StorePaths(Path.of(arguments[0]), List.of());
      ModelStore store = ModelStore.open(paths);
      Puller puller = new Puller(store, Licences.open(paths, Map.of()), Map.of(), PATIENCE);
      try {
        puller.pull(PullRequest.of(ModelName.parse(arguments[1])), event -> {}, () -> false);
      } catch (RuntimeException e) {
        System.err.println(e.getMessage());
        System.exit(3);
      }
    }
  }

  private Process child(String... shell) throws IOException {
    List<String> command = new ArrayList<>(Arrays.asList(shell));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.addAll(List.of(folder.toString(), registry.name("big").toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Lets forty parts a second through, so that there is time to be killed. */
  private void slowDown() {
    registry.mischief =
        (exchange, path) -> {
          if (path.contains("/blobs/")) {
            Thread.sleep(100);
          }
          return false;
        };
  }

  @Test
  void afterKillMinusNineAPullGoesOnWhereItWas() throws Exception {
    registry.serveModel("big", List.of(big, Samples.Blob.of("system", "s")));
    slowDown();
    for (int kill = 1; kill <= 2; kill++) {
      Process process = child();
      while (registry.sent.get() < kill * 20L * PART_BYTES && process.isAlive()) {
        LockSupport.parkNanos(5_000_000);
      }
      LockSupport.parkNanos(1_200_000_000); // past the next checkpoint
      assertThat(process.isAlive()).isTrue();
      process.destroyForcibly().waitFor();
      assertThat(store.list()).isEmpty();
    }
    long there = writtenDown();
    assertThat(there).isGreaterThan(20L * PART_BYTES);
    registry.mischief = (exchange, path) -> false;
    registry.seen.clear();
    StoredModel model = pull("big");
    assertThat(model.weights()).hasBinaryContent(big.bytes());
    assertThat(askedFor()).isEqualTo(BIG_BYTES - there);
    assertThat(leftovers()).isEmpty();
  }

  /** Bytes that the state beside the partial file says are there. */
  private long writtenDown() throws IOException {
    Path state = folder.resolve("models/partial/" + big.digest().replace(':', '-') + ".state");
    return Files.readAllLines(state).stream().skip(3).mapToLong(Long::parseLong).sum();
  }

  /** Bytes of the weights that were asked for. */
  private long askedFor() {
    long bytes = 0;
    for (FakeRegistry.Seen request : registry.blobRequests()) {
      Matcher range = Pattern.compile("bytes=(\\d+)-(\\d+)").matcher(request.range());
      if (request.path().endsWith(big.digest()) && range.matches()) {
        bytes += Long.parseLong(range.group(2)) + 1 - Long.parseLong(range.group(1));
      }
    }
    return bytes;
  }

  @Test
  void aKillWhileModelsAreMadeLeavesAStoreThatIsWhole() throws Exception {
    registry.serveModel("big", List.of(Samples.weights(Samples.gguf(1, Map.of()))));
    for (int i = 0; i < 3; i++) {
      Process process = child();
      if (!process.waitFor(300L + 150L * i, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      for (StoredModel model : ModelStore.open(folder.resolve("models"), List.of()).list()) {
        assertThat(model.weights()).exists();
      }
    }
    assertThat(pull("big").weights()).exists();
    store.delete(registry.name("big"));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void whileAnotherProgramPullsNoBlobDisappears() throws Exception {
    registry.serveModel("big", List.of(big));
    slowDown();
    Digest orphan = store.blobs().put(new byte[] {1});
    Files.setLastModifiedTime(
        store.blobs().file(orphan), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Process process = child();
    while (registry.sent.get() < PART_BYTES && process.isAlive()) {
      LockSupport.parkNanos(5_000_000);
    }
    store.prune();
    assertThat(process.isAlive()).isTrue();
    assertThat(store.blobs().has(orphan)).isTrue();
    process.destroyForcibly().waitFor();
    store.prune();
    assertThat(store.blobs().has(orphan)).isFalse();
  }

  @Test
  void aFullDiskIsToldInOneSentenceAndWhatIsThereStays() throws Exception {
    registry.serveModel("big", List.of(big));
    // A file may not grow beyond 4 MB: the kernel refuses as it does when a disk is full.
    Process process = child("bash", "-c", "ulimit -f 4096; exec \"$0\" \"$@\"");
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(3);
    assertThat(said.strip()).startsWith("the disk is full: ").doesNotContain("\n");
    assertThat(store.list()).isEmpty();
    registry.sent.set(0);
    assertThat(pull("big").weights()).hasBinaryContent(big.bytes());
    assertThat(registry.sent.get()).isLessThan(BIG_BYTES);
  }
}

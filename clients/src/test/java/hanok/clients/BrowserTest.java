package hanok.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chat page in Chromium, as {@code serve/src/test/browser} drives it; see docs/page.md. Skipped
 * where there is no Chromium.
 */
class BrowserTest {
  private static final Path SUITE =
      Path.of("..", "serve", "src", "test", "browser").toAbsolutePath().normalize();
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static Path chromium = Path.of("");

  @TempDir Path home;

  @BeforeAll
  static void needsChromium() {
    Optional<Path> found = candidates().filter(Files::isExecutable).findFirst();
    String reason =
        "the chat page is not tested: no %s on the path, and no CHROMIUM that says where it is"
            .formatted(String.join(", ", NAMES));
    if (found.isEmpty()) {
      System.getLogger("hanok.clients").log(System.Logger.Level.WARNING, reason);
    }
    assumeTrue(found.isPresent(), reason);
    chromium = found.orElseThrow();
  }

  private static Stream<Path> candidates() {
    String given = System.getenv("CHROMIUM");
    if (given != null) {
      return Stream.of(Path.of(given));
    }
    String[] folders = System.getenv("PATH").split(File.pathSeparator, -1);
    return NAMES.stream().flatMap(name -> Stream.of(folders).map(it -> Path.of(it, name)));
  }

  @Test
  void thePageDoesWhatItShouldWithAServerThatIsScripted() throws Exception {
    run();
  }

  @Test
  void thePageDoesWhatItShouldWithTheServer() throws Exception {
    try (HanokServer server = HanokServer.start(home)) {
      run(server.url());
    }
  }

  private void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("./run"));
    command.addAll(List.of(arguments));
    Path log = home.resolve("browser.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(SUITE.toFile());
    builder.environment().put("CHROMIUM", chromium.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(15, TimeUnit.MINUTES);
    if (!ended) {
      List<ProcessHandle> browsers = process.descendants().toList();
      process.destroyForcibly();
      browsers.forEach(ProcessHandle::destroyForcibly);
    }
    List<String> failed = new ArrayList<>();
    String last = "";
    for (String line : Files.readAllLines(log, UTF_8)) {
      last = line.isBlank() ? last : line;
      if (line.startsWith("not ok") || line.contains("error:") || line.contains("!==")) {
        failed.add(line);
      }
    }
    assertThat(ended).as("the suite took more than 15 minutes; last: %s", last).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", String.join("\n", failed), last).isZero();
  }
}

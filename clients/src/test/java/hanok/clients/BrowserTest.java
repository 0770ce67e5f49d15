package hanok.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat page in Chromium, as {@code serve/src/test/browser} drives it; see docs/page.md. */
class BrowserTest {
  private static final Path SUITE =
      Path.of("..", "serve", "src", "test", "browser").toAbsolutePath().normalize();

  @TempDir Path home;

  @BeforeEach
  void needsChromium() {
    String path = System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium");
    assumeThat(Path.of(path)).as("Chromium, or CHROMIUM with its path").isExecutable();
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
    Process process =
        new ProcessBuilder(command)
            .directory(SUITE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    List<String> failed = new ArrayList<>();
    String last = "";
    for (String line : Files.readAllLines(log, UTF_8)) {
      last = line.isBlank() ? last : line;
      if (line.startsWith("not ok") || line.contains("error:") || line.contains("!==")) {
        failed.add(line);
      }
    }
    assertThat(ended).as("the suite took more than 10 minutes; last: %s", last).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", String.join("\n", failed), last).isZero();
  }
}

package hanok.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the tests in {@code src/test/js} with Node's own runner. They are copied to {@code
 * target/js}, where the packages of {@code package-lock.json} are installed once.
 */
final class NodeClients {
  private static final Path SOURCE = Path.of("src", "test", "js").toAbsolutePath();
  private static final Path FOLDER = Path.of("target", "js").toAbsolutePath();
  private static final Path STAMP = FOLDER.resolve("installed.json");
  private static final Path LOCK = SOURCE.resolve("package-lock.json");

  private NodeClients() {}

  /** Copies the sources and installs what they need, unless that is done. */
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    try (Stream<Path> sources = Files.list(SOURCE)) {
      for (Path file : sources.filter(Files::isRegularFile).toList()) {
        Path copy = FOLDER.resolve(file.getFileName());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (Files.exists(STAMP) && Files.mismatch(STAMP, LOCK) == -1) {
      return;
    }
    run(Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    Files.copy(LOCK, STAMP, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs the tests of one file. */
  static void test(String file, HanokServer server, FakeRegistry registry)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "HANOK_URL", server.url(),
            "HANOK_MODEL", HanokServer.MODEL,
            "HANOK_WEIGHTS", HanokServer.weights().toString(),
            "HANOK_CONTEXT", Integer.toString(HanokServer.CONTEXT),
            "HANOK_DIMENSIONS", Integer.toString(HanokServer.DIMENSIONS),
            "HANOK_PULL", registry.name("tiny"),
            "HANOK_PULL_BROKEN", registry.name("broken"),
            "NO_PROXY", "127.0.0.1");
    run(environment, "node", "--test", "--test-reporter=spec", file);
  }

  private static void run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    if (System.getProperty("os.name").startsWith("Windows") && command[0].equals("npm")) {
      words.set(0, "npm.cmd");
    }
    Path log = Files.createTempFile("hanok-node", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(words).directory(FOLDER.toFile());
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      Process process = builder.start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      String output = new String(Files.readAllBytes(log), UTF_8);
      assertThat(ended).as("%s took more than 5 minutes:%n%s", words, output).isTrue();
      assertThat(process.exitValue()).as("%s:%n%s", words, output).isZero();
    } finally {
      Files.deleteIfExists(log);
    }
  }
}

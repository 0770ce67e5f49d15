package hanok.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * llama.cpp as npm packages it, {@code node-llama-cpp}, in a folder where it has been installed:
 *
 * <pre>npm init -y &amp;&amp; npm install node-llama-cpp@3.22.1 --ignore-scripts</pre>
 */
public final class Peer {
  private static final String SCRIPT = "hanok-peer.mjs";

  private final Path folder;

  /**
   * @throws IllegalArgumentException if {@code node-llama-cpp} is not installed in the folder
   */
  public Peer(Path folder) {
    if (!Files.isDirectory(folder.resolve("node_modules/node-llama-cpp"))) {
      throw new IllegalArgumentException(
          "%s has no node_modules/node-llama-cpp: npm install node-llama-cpp there"
              .formatted(folder));
    }
    this.folder = folder;
  }

  /** Tokens a second of one test, in a process of its own. */
  double measure(Path model, Benchmark.Test test, int threads) {
    try {
      return Double.parseDouble(output(model, test, threads));
    } catch (NumberFormatException e) {
      throw new UncheckedIOException(new IOException("llama.cpp did not answer: " + e, e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String output(Path model, Benchmark.Test test, int threads) throws IOException {
    Path script = folder.resolve(SCRIPT); // modules are looked for beside the script
    try (InputStream in = Objects.requireNonNull(Peer.class.getResourceAsStream(SCRIPT))) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    Process process =
        new ProcessBuilder(
                "node",
                SCRIPT,
                model.toAbsolutePath().toString(),
                test.prompt() ? "pp" : "tg",
                Integer.toString(test.tokens()),
                Integer.toString(threads),
                Integer.toString(test.depth()))
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return output.substring(output.lastIndexOf('\n') + 1);
  }
}

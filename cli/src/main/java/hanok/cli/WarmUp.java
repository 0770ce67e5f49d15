package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.ExitCode;
import hanok.console.Io;
import hanok.serve.Server;
import hanok.serve.client.RemoteServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code warm-up MODEL.gguf}: does in silence what people do every day, so that the JVM, which the
 * launcher has watch, can keep what that loads. It answers here, and as a server; the store is a
 * temporary folder.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUp implements Callable<Integer> {
  private static final String[] ANSWER = {"--max-tokens", "4", "--verbose"};

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "MODEL.gguf")
  Path file;

  @Override
  public Integer call() throws IOException {
    Path home = Files.createTempDirectory("hanok-warm-up");
    try {
      String store = home.resolve("store").toString();
      Map<String, String> environment = Map.of("HANOK_HOME", store, "OLLAMA_MODELS", store);
      Io silence = silence(environment);
      int here = run(silence, "run", file.toString(), "hello");
      return here == ExitCode.OK ? serve(silence) : here;
    } finally {
      delete(home);
    }
  }

  private static Io silence(Map<String, String> environment) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    return new Io(InputStream.nullInputStream(), nowhere, nowhere, false, false, environment);
  }

  private static int run(Io io, String... command) {
    String[] line = Stream.of(command, ANSWER).flatMap(Stream::of).toArray(String[]::new);
    return Hanok.run(line, io);
  }

  private int serve(Io silence) {
    String[] line = {"serve", file.toString(), "--host", "127.0.0.1:0"};
    CommandLine parsed = Hanok.commandLine(line, silence);
    parsed.parseArgs(line);
    CommandLine command = Objects.requireNonNull(parsed.getSubcommands().get("serve"));
    Serve serve = command.getCommand();
    try (Server server = serve.start()) {
      String where = "127.0.0.1:" + server.port();
      try (RemoteServer client = new RemoteServer(URI.create("http://" + where), "")) {
        List.of("/api/version", "/api/tags", "/api/ps", "/health").forEach(client::get);
      }
      return run(silence, "run", file.toString(), "hello", "--host", where);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}

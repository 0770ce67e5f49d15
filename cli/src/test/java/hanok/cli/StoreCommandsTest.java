package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of the store, on a store of their own and a hub that is played here. */
class StoreCommandsTest {
  private static final Path GOLDEN = Path.of(Shell.MODEL).toAbsolutePath().normalize();

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void home() {
    shell =
        new Shell()
            .with("HOME", folder.toString())
            .with("HANOK_HOME", folder.resolve("home").toString())
            .with("OLLAMA_MODELS", folder.resolve("ollama").toString());
  }

  private Outcome create(String name, String modelfile, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("Modelfile"), modelfile);
    String[] line = new String[4 + options.length];
    System.arraycopy(new String[] {"create", name, "-f", file.toString()}, 0, line, 0, 4);
    System.arraycopy(options, 0, line, 4, options.length);
    return shell.run(line);
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void aModelIsMadeListedShownCopiedAndRemoved() throws IOException {
    Outcome made =
        create(
            "exaone-tiny",
            "FROM " + GOLDEN + "\nSYSTEM 짧게\nPARAMETER temperature 0\nPARAMETER stop \"|\"");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.err()).contains("success");
    Outcome listed = shell.run("list");
    assertThat(listed.out().lines()).hasSize(2);
    assertThat(listed.out()).startsWith("NAME").contains("exaone-tiny:latest", "1.76 MB");
    assertThat(shell.run("ls").out()).isEqualTo(listed.out());
    assertThat(shell.run("show", "exaone-tiny").out())
        .contains("architecture", "exaone", "context length", "temperature", "짧게", "Licence");
    assertThat(shell.run("show", "exaone-tiny", "--system").out()).isEqualTo("짧게\n");
    assertThat(shell.run("show", "exaone-tiny", "--license").out()).contains("EXAONE AI Model");
    assertThat(shell.run("show", "exaone-tiny", "--parameters").out())
        .containsPattern("stop +\"\\|\"");
    assertThat(shell.run("show", "exaone-tiny", "--modelfile").out())
        .startsWith("FROM exaone-tiny:latest\n");
    assertThat(shell.run("cp", "exaone-tiny", "exaone-copy:2").code()).isZero();
    JsonNode models = json(shell.run("list", "--json").out()).get("models");
    assertThat(models.size()).isEqualTo(2);
    assertThat(models.get(0).get("digest")).isEqualTo(models.get(1).get("digest"));
    assertThat(shell.run("rm", "exaone-copy:2", "exaone-tiny").code()).isZero();
    assertThat(shell.run("list").out().lines()).hasSize(1);
    try (var files = Files.list(folder.resolve("home/models/blobs"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aModelOfTheStoreAnswersAsItsModelfileSays() throws IOException {
    create(
        "exaone-tiny",
        "FROM "
            + GOLDEN
            + "\nSYSTEM 짧게 답해.\nPARAMETER temperature 0\nPARAMETER num_predict 5\n"
            + "MESSAGE user a\nMESSAGE assistant b");
    Outcome named = shell.run("run", "exaone-tiny", "안녕", "--json");
    assertThat(named.code()).as(named.err()).isZero();
    assertThat(json(named.out()).get("generated_tokens").intValue()).isLessThanOrEqualTo(5);
    assertThat(json(named.out()).get("model").stringValue()).isEqualTo("exaone-tiny");
    Path saved = folder.resolve("saved.json");
    Outcome chat = shell.pipe("/show parameters\n/save " + saved + "\n", "chat", "exaone-tiny");
    assertThat(chat.out()).containsPattern("temperature +0.0").containsPattern("num_predict +5");
    JsonNode turns = json(Files.readString(saved)).get("messages");
    assertThat(turns.get(0).get("content").stringValue()).isEqualTo("짧게 답해.");
    assertThat(turns.get(2).get("content").stringValue()).isEqualTo("b");
    // What the user says wins.
    Outcome asked =
        shell.run("run", "exaone-tiny", "안녕", "--json", "--system", "x", "--max-tokens", "1");
    assertThat(json(asked.out()).get("generated_tokens").intValue()).isEqualTo(1);
    assertThat(json(asked.out()).get("prompt_tokens"))
        .isNotEqualTo(json(named.out()).get("prompt_tokens"));
  }

  @Test
  void aFileThatIsThereWinsOverAName() {
    Outcome shown = shell.run("show", GOLDEN.toString(), "--json");
    assertThat(shown.code()).as(shown.err()).isZero();
    JsonNode details = json(shown.out()).get("details");
    assertThat(details.get("family").stringValue()).isEqualTo("exaone");
    assertThat(details.get("quantization_level").stringValue()).isEqualTo("Q5_K_M");
  }

  @Test
  void whatMovesTheCursorDoesNotReachTheTerminal() throws IOException {
    create(
        "exaone-evil", "FROM " + GOLDEN + "\nSYSTEM \"\"\"\u001b]0;title\u0007\nx\u009b2J\"\"\"");
    assertThat(shell.run("show", "exaone-evil", "--system").out()).isEqualTo("?]0;title?\nx?2J\n");
    assertThat(shell.run("show", "exaone-evil").out()).doesNotContain("\u001b", "\u0007", "\u009b");
  }

  @Test
  void quantizesOnCreate() throws IOException {
    Path f16 = GOLDEN.resolveSibling("exaone-a-F16.gguf");
    Outcome made = create("exaone-q", "FROM " + f16, "--quantize", "q4_k_m", "--json");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("quantizing F16 model to Q4_K_M").endsWith("success\"}\n");
    assertThat(shell.run("show", "exaone-q").out()).contains("Q4_K_M");
    Outcome refused = create("mine", "FROM exaone-q", "--quiet");
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err().strip()).contains("begin with \"exaone\"").doesNotContain("\n");
  }

  @Test
  void whatIsNotThereIsToldWithWhatHelps() throws IOException {
    for (String[] line :
        new String[][] {
          {"run", "nothing", "hi"},
          {"chat", "nothing"},
          {"show", "nothing"},
          {"rm", "nothing"},
          {"cp", "nothing", "x"}
        }) {
      Outcome outcome = shell.run(line);
      assertThat(outcome.code()).as(line[0]).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(outcome.err().strip()).startsWith("hanok: ").doesNotContain("\n");
    }
    assertThat(shell.run("run", "nothing", "hi").err()).contains("hanok pull nothing");
    assertThat(shell.run("pull", "../x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(create("x", "FORM y").err()).contains("line 1 of the Modelfile");
    assertThat(create("x", "FROM none.gguf").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(shell.run("create", "x", "-f", "none").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(shell.pipe("FROM nothing", "create", "x", "-f", "-").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aDownloadAsksForTheLicenceFirstAndRemembersIt() throws Exception {
    byte[] gguf = Files.readAllBytes(GOLDEN);
    String repository = "/v2/lab/EXAONE-tiny";
    try (Hub hub = new Hub(repository, gguf)) {
      shell.with("HF_ENDPOINT", hub.url());
      Outcome refused = shell.run("pull", "hf.co/lab/EXAONE-tiny");
      assertThat(refused.code()).isEqualTo(ExitCode.LICENCE);
      assertThat(refused.err()).contains("research only", "연구 목적", "--accept-license");
      assertThat(shell.run("licence", "--json").out()).contains("\"accepted\":false");
      Outcome pulled = shell.run("pull", "hf.co/lab/EXAONE-tiny", "--accept-license", "--json");
      assertThat(pulled.code()).as(pulled.err()).isZero();
      assertThat(pulled.out())
          .startsWith("{\"status\":\"pulling manifest\"}\n")
          .contains("\"completed\":" + gguf.length)
          .endsWith("{\"status\":\"success\"}\n");
      assertThat(shell.run("licence").out()).contains("accepted: exaone-1.1-NC");
      assertThat(shell.run("pull", "hf.co/lab/EXAONE-tiny").code()).isZero();
      assertThat(shell.run("show", "hf.co/lab/EXAONE-tiny").code()).isZero();
      assertThat(shell.run("pull", "hf.co/lab/EXAONE-none").code()).isEqualTo(ExitCode.NOT_FOUND);
      hub.damage(gguf);
      shell.run("rm", "hf.co/lab/EXAONE-tiny");
      Outcome damaged = shell.run("pull", "hf.co/lab/EXAONE-tiny");
      assertThat(damaged.code()).isEqualTo(ExitCode.INTEGRITY);
      assertThat(damaged.err()).contains("digest mismatch");
    }
  }

  @Test
  void whoeverSitsAtTheTerminalIsAsked() throws Exception {
    try (Hub hub = new Hub("/v2/lab/EXAONE-tiny", Files.readAllBytes(GOLDEN))) {
      shell.with("HF_ENDPOINT", hub.url());
      Outcome no = shell.type("n\n", "pull", "hf.co/lab/EXAONE-tiny");
      assertThat(no.code()).isEqualTo(ExitCode.LICENCE);
      assertThat(no.err()).contains("Do you accept this licence? [y/N]");
      assertThat(shell.type("", "pull", "hf.co/lab/EXAONE-tiny").code())
          .isEqualTo(ExitCode.LICENCE);
      assertThat(shell.run("list").out().lines()).hasSize(1);
      Outcome yes = shell.type("예\n", "pull", "hf.co/lab/EXAONE-tiny", "--lang", "ko");
      assertThat(yes.code()).as(yes.err()).isZero();
      assertThat(yes.err()).contains("동의합니까?");
      assertThat(shell.run("list").out().lines()).hasSize(2);
    }
  }

  @Test
  void theLicenceCanBeAcceptedBeforehand() {
    assertThat(shell.run("licence").out()).contains("not accepted", "HANOK_ACCEPT_LICENSE");
    assertThat(shell.run("licence", "--accept", "--lang", "ko").out()).contains("동의함");
    assertThat(shell.run("license").out()).contains("accepted: exaone-1.1-NC");
  }

  /** A hub of one model. */
  private static final class Hub implements AutoCloseable {
    private final HttpServer server;
    private final String repository;
    private final Map<String, byte[]> bodies = new java.util.concurrent.ConcurrentHashMap<>();

    Hub(String repository, byte[] gguf) throws Exception {
      this.repository = repository;
      byte[] config = "{\"model_format\":\"gguf\",\"model_family\":\"exaone\"}".getBytes(UTF_8);
      String manifest =
          """
          {"schemaVersion":2,"config":%s,"layers":[%s]}\
          """
              .formatted(
                  layer("application/vnd.docker.container.image.v1+json", config),
                  layer("application/vnd.ollama.image.model", gguf));
      bodies.put(repository + "/manifests/latest", manifest.getBytes(UTF_8));
      bodies.put(repository + "/blobs/" + digest(config), config);
      bodies.put(repository + "/blobs/" + digest(gguf), gguf);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] body = bodies.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
              exchange.sendResponseHeaders(
                  body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
              exchange.getResponseBody().write(body);
            }
          });
      server.start();
    }

    private static String digest(byte[] bytes) throws Exception {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(hash);
    }

    private static String layer(String type, byte[] bytes) throws Exception {
      return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
          .formatted(type, digest(bytes), bytes.length);
    }

    void damage(byte[] gguf) throws Exception {
      byte[] wrong = gguf.clone();
      wrong[wrong.length - 1] ^= 1;
      bodies.put(repository + "/blobs/" + digest(gguf), wrong);
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}

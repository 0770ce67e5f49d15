package hanok.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import hanok.engine.FinishReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Run and chat against a real server: they say what they say without one. */
class RemoteTest {
  private static final Path EXAONE = Path.of(Shell.MODEL).toAbsolutePath().normalize();
  private static final Path LLAMA = EXAONE.resolveSibling("llama-a-Q5_K_M.gguf");
  private static final String NAME = "exaone-a-Q5_K_M";

  @TempDir Path folder;
  private Shell shell;
  private ServedModels server;

  @BeforeEach
  void start() {
    Path home = folder.resolve("home");
    shell =
        new Shell()
            .with("HOME", folder.toString())
            .with("HANOK_HOME", home.toString())
            .with("OLLAMA_MODELS", folder.resolve("ollama").toString());
    server = new ServedModels(home, List.of(), EXAONE, LLAMA);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String[] there(String... line) {
    return with(line, "--host", server.host());
  }

  /** Batches of the server's are invariant, so those here must be. */
  private static String[] here(String... line) {
    return with(line, "--batch-invariant", "--context", "1024");
  }

  private static String[] with(String[] line, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(line));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static JsonNode json(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return JsonMapper.shared().readTree(outcome.out());
  }

  private static JsonNode json(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }

  private Path create(String name, String modelfile) throws IOException {
    Path file = Files.writeString(folder.resolve(name), modelfile);
    Outcome made = shell.run("create", name, "-f", file.toString());
    assertThat(made.code()).as(made.err()).isZero();
    return file;
  }

  private static void assertSame(JsonNode there, JsonNode here) {
    for (String field : List.of("text", "finish_reason", "prompt_tokens", "generated_tokens")) {
      assertThat(there.get(field)).as(field).isNotNull().isEqualTo(here.get(field));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--temperature 0",
        "--seed 5",
        "--seed 6 --top-k 3 --repeat-penalty 1.5 --repeat-last-n -1",
        "--temperature 0 --raw",
        "--temperature 0 --system 짧게",
        "--seed 7 --stop a --stop e",
        "--seed 8 --top-p 0.4 --min-p 0.01 --typical-p 0.9",
        "--seed 9 --temperature 1.4 --frequency-penalty 0.5 --presence-penalty 0.5"
      })
  void runAnswersAsItDoesHere(String options) {
    String[] words = with(options.split(" ", -1), "--max-tokens", "12", "--json");
    JsonNode there = json(shell.run(there(with(new String[] {"run", NAME, "안녕"}, words))));
    JsonNode here = json(shell.run(here(with(new String[] {"run", Shell.MODEL, "안녕"}, words))));
    assertSame(there, here);
    assertThat(there.get("model").stringValue()).isEqualTo(NAME);
    assertThat(there.get("prompt_nanos").longValue()).isPositive();
    assertThat(there.has("seed")).isEqualTo(options.contains("--seed"));
  }

  @Test
  void runStreamsAndTellsWhatItTook() {
    String[] line = {"--temperature", "0", "--max-tokens", "8", "--verbose"};
    Outcome there = shell.run(there(with(new String[] {"run", NAME, "하나", "둘"}, line)));
    Outcome here = shell.run(here(with(new String[] {"run", Shell.MODEL, "하나", "둘"}, line)));
    assertThat(there.bytes()).isEqualTo(here.bytes());
    assertThat(there.err()).matches("prompt \\d+ tokens .*answer 8 tokens, .* tokens/s\n");
    assertThat(shell.pipe("둘", there("run", NAME, "하나", "--max-tokens", "2")).code()).isZero();
  }

  @Test
  void aModelOfTheServersStoreAnswersAsItsModelfileSays() throws IOException {
    create(
        "exaone-tiny",
        "FROM "
            + EXAONE
            + "\nSYSTEM 짧게 답해.\nPARAMETER temperature 0\nPARAMETER num_predict 7\n"
            + "PARAMETER stop \"#\"\nPARAMETER stop \"\"\"\"q\\\"\"\"\nMESSAGE user a\nMESSAGE assistant b");
    JsonNode there = json(shell.run(there("run", "exaone-tiny", "안녕", "--json")));
    assertSame(there, json(shell.run(here("run", "exaone-tiny", "안녕", "--json"))));
    assertThat(there.get("generated_tokens").intValue()).isLessThanOrEqualTo(7);
    Path saved = folder.resolve("saved.json");
    String input = "/show parameters\n/show system\n/show licence\n/save " + saved + "\n";
    Outcome chat = shell.pipe(input, there("chat", "exaone-tiny"));
    assertThat(chat.out())
        .containsPattern("temperature +0.0")
        .containsPattern("num_predict +7")
        .contains("[#, \"q\\]", "짧게 답해.", "EXAONE AI Model");
    assertThat(json(saved).get("messages")).hasSize(1); // the server adds what comes before
    // What the user says wins, also that there is nothing to say.
    Outcome none = shell.pipe("/system\n안녕\n/save " + saved + "\n", there("chat", "exaone-tiny"));
    Outcome here = shell.pipe("/system\n안녕\n/save " + saved + "2\n", here("chat", "exaone-tiny"));
    assertThat(none.err() + here.err()).isEmpty();
    assertThat(json(saved).get("messages").get(1))
        .isEqualTo(json(folder.resolve("saved.json2")).get("messages").get(3));
  }

  @Test
  void aTemplateOfTheStoreIsFollowedHereAsItIsThere() throws IOException {
    String template = "{{ .System }} (question) {{ .Prompt }} (answer) {{ .Response }}";
    Path plain = withoutExaonesToken();
    create(
        "exaone-go", "FROM " + plain + "\nTEMPLATE \"" + template + "\"\nPARAMETER temperature 0");
    String[] line = {"run", "exaone-go", "hi there", "--max-tokens", "8", "--json"};
    JsonNode here = json(shell.run(here(line)));
    assertSame(json(shell.run(there(line))), here);
    JsonNode file =
        json(shell.run(here("run", plain.toString(), "hi there", "--max-tokens", "8", "--json")));
    assertThat(here.get("prompt_tokens")).isNotEqualTo(file.get("prompt_tokens"));
    assertThat(shell.pipe("/show template\n", "chat", "exaone-go").out()).contains(template);
    assertThat(shell.pipe("/show template\n", there("chat", "exaone-go")).out()).contains(template);
  }

  /** A Llama that nobody takes for EXAONE, whose form of conversation wins over every template. */
  private Path withoutExaonesToken() throws IOException {
    String bytes = new String(Files.readAllBytes(LLAMA), ISO_8859_1);
    String other = bytes.replace("[|endofturn|]", "[|theothers|]");
    return Files.write(folder.resolve("plain.gguf"), other.getBytes(ISO_8859_1));
  }

  @Test
  void chatGoesOnAsItDoesHere() {
    Path saved = folder.resolve("a.json");
    String input =
        "/system 짧게\n안녕\n두 번째\n/regen\n/set parameter num_predict 3\n\"\"\"세\n줄\"\"\"\n/save %s\n";
    String[] options = {"--temperature", "0", "--max-tokens", "6"};
    Outcome there =
        shell.pipe(input.formatted(saved), there(with(new String[] {"chat", NAME}, options)));
    Outcome here =
        shell.pipe(
            input.formatted(saved + "2"), here(with(new String[] {"chat", Shell.MODEL}, options)));
    assertThat(there.err()).isEmpty();
    assertThat(json(saved).get("model").stringValue()).isEqualTo(NAME);
    assertThat(json(saved).get("messages")).hasSize(7);
    assertThat(json(saved).get("messages"))
        .isEqualTo(json(folder.resolve("a.json2")).get("messages"));
    assertThat(here.out().lines().count()).isEqualTo(there.out().lines().count());
    Outcome loaded = shell.pipe("/load %s\n/regen\n".formatted(saved), there("chat", NAME));
    assertThat(loaded.err()).isEmpty();
    assertThat(loaded.out()).contains("Loaded: ");
  }

  @Test
  void chatGoesOnWithAnotherModelOfTheServer() {
    String input =
        "/show info\n/load some/folder/%s\nhi\n/show info\n/load %s\n/load none.gguf\n/load x.json\n"
            .formatted(LLAMA.getFileName(), NAME);
    Outcome outcome = shell.pipe(input, there("chat", NAME, "--max-tokens", "2"));
    assertThat(outcome.out())
        .contains("exaone-a-Q5_K_M @ http://" + server.host() + ": exaone, 2 layers of width 256")
        .contains("llama-a-Q5_K_M @ http://" + server.host() + ": llama, 2 layers")
        .contains("context 1024 of 4096 tokens", "Loaded: " + NAME);
    assertThat(outcome.err())
        .contains("there is no model \"none\" on the server at http://" + server.host())
        .contains("there is no file x.json");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void theServerLeavesOutTheOldestTurnsAndTheUserIsTold() {
    String question = "나는 오늘 아침에 학교에 갔다 그리고 친구와 함께 점심을 먹었다 ".repeat(2);
    Path saved = folder.resolve("b.json");
    String[] line = there("chat", NAME, "--context", "256", "--max-tokens", "4");
    Outcome outcome = shell.pipe((question + "\n").repeat(4) + "/save " + saved + "\n", line);
    assertThat(outcome.err()).contains("oldest turns no longer fit the context of 256 tokens");
    assertThat(json(saved).get("messages").size()).isLessThan(8).isEven();
    assertThat(json(saved).at("/messages/0/role").stringValue()).isEqualTo("user");
    String endless = "가나다라마바사".repeat(200);
    Outcome tooLong = shell.pipe(endless + "\n/save " + saved + "\n", line);
    assertThat(tooLong.err())
        .contains("the server says: the conversation has", "context holds 256");
    assertThat(json(saved).get("messages")).isEmpty();
    Outcome run = shell.run(there("run", NAME, endless, "--context", "256"));
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("the context holds 256");
  }

  @Test
  void anInterruptedAnswerFreesItsPlaceOnTheServer() throws Exception {
    try (ServedModels slow = new ServedModels(folder.resolve("b"), List.of(), slowModel())) {
      String[] line = {"chat", "slow", "--host", slow.host(), "--temperature", "0"};
      CommandLine parsed = shell.commandLine(line);
      parsed.parseArgs(line);
      CommandLine command = requireNonNull(parsed.getSubcommands().get("chat"));
      Chat chat = command.getCommand();
      try (Partner partner = chat.options.open(chat.words.getFirst(), chat.hanok)) {
        AnswerOptions options = chat.options.answers(partner);
        Answer whole = answer(partner, options.withMaxTokens(12), Integer.MAX_VALUE);
        assertThat(whole.reason()).isEqualTo(FinishReason.LENGTH);
        Answer cut = answer(partner, options, 3);
        assertThat(cut.reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(cut.text()).isNotEmpty();
        assertThat(whole.text()).startsWith(cut.text().substring(0, 3));
        Instant late = Instant.now().plus(Duration.ofSeconds(20));
        while (slow.metric("requests_left_total") < 1 && Instant.now().isBefore(late)) {
          Thread.sleep(20);
        }
        assertThat(slow.metric("requests_left_total")).isEqualTo(1);
        assertThat(slow.metric("requests_answered_total")).isEqualTo(1);
        Answer after = answer(partner, options.withMaxTokens(12), Integer.MAX_VALUE);
        assertThat(after.text()).isEqualTo(whole.text());
      }
    }
  }

  /** A model that takes milliseconds for a token, so that a thousand of them can be interrupted. */
  private Path slowModel() throws IOException {
    String config =
        """
        {"model_type": "exaone", "architectures": ["ExaoneForCausalLM"], "num_layers": 8,
         "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 6,
         "num_key_value_heads": 2, "vocab_size": 1000, "max_position_embeddings": 4096,
         "layer_norm_epsilon": 1e-5, "rope_theta": 500000.0, "tie_word_embeddings": false}
        """;
    Path json = Files.writeString(folder.resolve("slow.json"), config);
    Path slow = folder.resolve("slow.gguf");
    Outcome made = shell.run("random", json.toString(), slow.toString(), "--type", "Q8_0");
    assertThat(made.code()).as(made.err()).isZero();
    return slow;
  }

  private static Answer answer(Partner partner, AnswerOptions options, int pieces) {
    List<String> heard = new ArrayList<>();
    Conversation conversation = partner.opening(null);
    conversation.add(hanok.chat.Message.user("안녕"));
    return partner.answer(
        conversation,
        true,
        options,
        new Partner.Audience(heard::add, () -> heard.size() >= pieces));
  }

  @Test
  void theEnvironmentNamesAServerForWhatIsNoFile() {
    String nowhere = "127.0.0.1:1";
    for (String variable : List.of("HANOK_HOST", "OLLAMA_HOST")) {
      Shell named = new Shell().with("HANOK_HOME", folder.toString()).with(variable, server.host());
      assertThat(named.run("run", NAME, "hi", "--max-tokens", "1").code()).isZero();
      Shell lost = new Shell().with("HANOK_HOME", folder.toString()).with(variable, nowhere);
      assertThat(lost.run("run", NAME, "hi").code()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(lost.run("run", Shell.MODEL, "hi", "--max-tokens", "1").code()).isZero();
      assertThat(lost.run("run", "none.gguf", "hi").err()).contains("no file none.gguf");
      assertThat(lost.run(there("run", NAME, "hi", "--max-tokens", "1")).code()).isZero();
    }
    // What --host names is asked, also for a file: servers offer files by their names.
    assertThat(shell.run(there("run", Shell.MODEL, "hi", "--max-tokens", "1")).code()).isZero();
    assertThat(shell.run("run", NAME, "hi").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void whatGoesWrongIsOneSentenceAndAnExitCode() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    for (String command : List.of("run", "chat")) {
      Outcome unreachable = shell.pipe("hi\n", command, NAME, "--host", "127.0.0.1:" + free);
      assertThat(unreachable.code()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(unreachable.err())
          .startsWith("hanok: no server answers at http://127.0.0.1:" + free)
          .contains("hanok serve starts one")
          .hasLineCount(1);
      Outcome unknown = shell.pipe("hi\n", there(command, "nothing"));
      assertThat(unknown.code()).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(unknown.err()).contains("there is no model \"nothing\" on the server at http://");
      Outcome korean = shell.pipe("hi\n", there(command, "nothing", "--lang", "ko"));
      assertThat(korean.err()).contains("서버에 \"nothing\" 모델이 없습니다");
    }
    assertThat(shell.run("run", NAME, "hi", "--host", "x:y").code()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.run(there("run", "../..", "hi")).code()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--threads=1",
        "--cache-type=F16",
        "--no-onednn",
        "--batch-invariant",
        "--no-lookup",
        "--logit-bias=5=1"
      })
  void optionsThatOnlyMakeSenseHereAreRefused(String option) {
    Outcome outcome = shell.run(there("run", NAME, "hi", option));
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err())
        .startsWith(
            "hanok: " + option.replaceFirst("=.*", "") + " is only for models that run here");
    assertThat(shell.pipe("hi\n", there("chat", NAME, option)).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theKeyOfTheEnvironmentOpensTheDoor() {
    try (ServedModels locked = new ServedModels(folder.resolve("b"), List.of("열쇠-key"), EXAONE)) {
      String[] line = {"run", NAME, "hi", "--max-tokens", "1", "--host", locked.host()};
      Outcome outcome = shell.run(line);
      assertThat(outcome.code()).isEqualTo(ExitCode.FAILURE);
      assertThat(outcome.err()).contains("the server says: ").hasLineCount(1);
    }
    try (ServedModels locked = new ServedModels(folder.resolve("c"), List.of("s3cret"), EXAONE)) {
      String[] line = {"run", NAME, "hi", "--max-tokens", "1", "--host", locked.host()};
      assertThat(shell.with("HANOK_API_KEY", "wrong").run(line).code()).isEqualTo(ExitCode.FAILURE);
      assertThat(shell.with("HANOK_API_KEY", "s3cret, other").run(line).code()).isZero();
    }
  }
}

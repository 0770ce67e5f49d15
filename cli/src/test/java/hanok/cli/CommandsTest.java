package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import hanok.gguf.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command doing what it is for, on a golden model. */
class CommandsTest {
  private static final Path GOLDEN = Shell.GOLDEN;

  @TempDir Path folder;

  @Test
  void runAnswersTheSameForTheSameSeed() {
    String[] line = {"run", Shell.MODEL, "안녕", "--seed", "3", "--max-tokens", "6"};
    Outcome first = new Shell().run(line);
    assertThat(first.code()).isZero();
    assertThat(first.out()).isNotBlank().endsWith("\n");
    assertThat(first.err()).isEmpty();
    assertThat(new Shell().run(line).bytes()).isEqualTo(first.bytes());
  }

  @Test
  void runJoinsThePromptAndThePipe() {
    String[] options = {"--temperature", "0", "--max-tokens", "4", "--json"};
    JsonNode piped = json(new Shell().pipe("둘째\n", line("run", Shell.MODEL, "첫째", options)));
    JsonNode joined = json(new Shell().run(line("run", Shell.MODEL, "첫째\n둘째", options)));
    assertThat(piped.get("text")).isEqualTo(joined.get("text"));
    assertThat(piped.get("prompt_tokens")).isEqualTo(joined.get("prompt_tokens"));
  }

  @Test
  void runAnswersInJson() {
    JsonNode json = json(new Shell().run("run", Shell.MODEL, "hi", "--max-tokens", "5", "--json"));
    assertThat(json.get("generated_tokens").intValue()).isBetween(0, 5);
    assertThat(json.get("finish_reason").stringValue()).isIn("length", "stop");
    assertThat(json.get("seed").isIntegralNumber()).isTrue();
    assertThat(json.get("prompt_nanos").longValue()).isPositive();
  }

  @Test
  void runNeedsAPrompt() {
    Outcome outcome = new Shell().run("run", Shell.MODEL);
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("there is no prompt");
  }

  @Test
  void runContinuesRawText() {
    JsonNode raw =
        json(new Shell().run("run", Shell.MODEL, "abc", "--raw", "--max-tokens", "1", "--json"));
    JsonNode chat = json(new Shell().run("run", Shell.MODEL, "abc", "--max-tokens", "1", "--json"));
    assertThat(raw.get("prompt_tokens").intValue())
        .isLessThan(chat.get("prompt_tokens").intValue());
  }

  @Test
  void inspectShowsMetadataTensorsAndSizes() {
    String out = new Shell().run("inspect", Shell.MODEL).out();
    assertThat(out)
        .contains(
            "GGUF version 3", "exaone.context_length", "blk.1.ffn_down.weight", "Q6_K", "all");
    JsonNode json = json(new Shell().run("inspect", Shell.MODEL, "--json"));
    assertThat(json.get("metadata").get("general.architecture").stringValue()).isEqualTo("exaone");
    assertThat(json.get("metadata").get("tokenizer.ggml.tokens").size()).isEqualTo(1536);
    assertThat(json.get("tensors").get(0).get("shape").size()).isEqualTo(2);
  }

  @Test
  void tokenizeGivesTheGoldenIdsInEveryForm() throws IOException {
    for (String golden : Files.readAllLines(GOLDEN.resolve("exaone-a-tokenize.jsonl"))) {
      JsonNode node = JsonMapper.shared().readTree(golden);
      String text = node.get("text").stringValue();
      JsonNode ids = json(new Shell().pipe(text, "tokenize", Shell.MODEL, "--json"));
      assertThat(ids).as(text).isEqualTo(node.get("ids"));
      String plain = new Shell().pipe(text, "tokenize", Shell.MODEL).out();
      Outcome back = new Shell().pipe(plain, "tokenize", Shell.MODEL, "--decode");
      assertThat(back.bytes()).isEqualTo(text.getBytes(UTF_8));
      Outcome backJson = new Shell().pipe(ids.toString(), "tokenize", Shell.MODEL, "--decode");
      assertThat(backJson.bytes()).isEqualTo(text.getBytes(UTF_8));
      assertThat(new Shell().pipe(text, "tokenize", Shell.MODEL, "--count").out().strip())
          .isEqualTo(Integer.toString(ids.size()));
      long lines = new Shell().pipe(text, "tokenize", Shell.MODEL, "--show").out().lines().count();
      assertThat(lines).isEqualTo(ids.size());
    }
  }

  @Test
  void tokenizeRefusesWhatIsNotTextOrNotAnId() {
    byte[] broken = {'a', 'b', (byte) 0xFF, 'c'};
    Outcome outcome = new Shell().pipe(broken, "tokenize", Shell.MODEL);
    assertThat(outcome.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(outcome.err()).isEqualTo("hanok: the input is not UTF-8 at byte 2\n");
    assertThat(new Shell().pipe("5 six", "tokenize", Shell.MODEL, "--decode").err())
        .isEqualTo("hanok: \"six\" is not a token id\n");
    assertThat(new Shell().pipe("1536", "tokenize", Shell.MODEL, "--decode").err())
        .contains("token id 1536 is outside the vocabulary of 1536");
  }

  @Test
  void tokenizeComposesWhereAsked() {
    String jamo = "\u1112\u1161\u11AB"; // 한
    String syllable = new Shell().pipe("한", "tokenize", Shell.MODEL).out();
    assertThat(new Shell().pipe(jamo, "tokenize", Shell.MODEL, "--nfc").out()).isEqualTo(syllable);
    assertThat(new Shell().pipe(jamo, "tokenize", Shell.MODEL).out()).isNotEqualTo(syllable);
  }

  @Test
  void tokenizeTakesControlTokensOnlyWhereAsked() {
    assertThat(new Shell().pipe("[BOS]", "tokenize", Shell.MODEL, "--special").out())
        .isEqualTo("1\n");
    assertThat(new Shell().pipe("[BOS]", "tokenize", Shell.MODEL).out()).isNotEqualTo("1\n");
  }

  @Test
  void logitsAreThoseOfTheGoldenFile() throws IOException {
    JsonNode golden = JsonMapper.shared().readTree(GOLDEN.resolve("exaone-a-Q5_K_M.json").toFile());
    String ids = golden.get("prompt").toString().replaceAll("[\\[\\]]", "");
    float[] expected = floats(GOLDEN.resolve("exaone-a-Q5_K_M.f32"));
    for (String engine : new String[] {"--threads=2", "--reference"}) {
      Path out = folder.resolve("out.f32");
      String[] options = {
        "--ids",
        ids,
        "--last",
        "4",
        "--greedy",
        "3",
        "--out",
        out.toString(),
        "--no-onednn",
        "--cache-type",
        "f32"
      };
      Outcome outcome = new Shell().run(line("logits", Shell.MODEL, engine, options));
      assertThat(outcome.out().lines()).hasSize(1);
      JsonNode json = json(outcome);
      assertThat(json.get("vocab").intValue()).isEqualTo(1536);
      assertThat(json.get("logits_from").intValue()).isEqualTo(36);
      for (int i = 0; i < 3; i++) {
        assertThat(json.get("greedy").get(i)).isEqualTo(golden.get("greedy").get(i));
      }
      assertThat(nmse(floats(out), expected)).isLessThan(1e-3);
    }
  }

  @Test
  void benchPrintsATableAndSavesJson() {
    Path file = folder.resolve("bench.json");
    String[] line = {
      "bench", Shell.MODEL, "-p", "8,16", "-n", "4", "-r", "1", "--save", file.toString()
    };
    Outcome outcome = new Shell().run(line);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("tokens/s", "pp8 ", "pp16 ", "tg4 ");
    JsonNode results = JsonMapper.shared().readTree(file.toFile()).get("results");
    assertThat(results).hasSize(3);
    assertThat(results.get(2).get("test").stringValue()).isEqualTo("tg4");
    assertThat(results.get(2).get("tokensPerSecond").doubleValue()).isPositive();
  }

  @Test
  void randomModelsRun() {
    Path config = folder.resolve("config.json");
    Path out = folder.resolve("random.gguf");
    write(
        config,
        """
        {"model_type": "exaone", "architectures": ["ExaoneForCausalLM"], "num_layers": 1,
         "hidden_size": 256, "intermediate_size": 512, "num_attention_heads": 4,
         "num_key_value_heads": 2, "vocab_size": 700, "max_position_embeddings": 128,
         "layer_norm_epsilon": 1e-5, "rope_theta": 500000.0, "tie_word_embeddings": false}
        """);
    Outcome written =
        new Shell().run("random", config.toString(), out.toString(), "--type", "Q4_K_M", "--json");
    assertThat(written.code()).as(written.err()).isZero();
    assertThat(json(written).get("file").stringValue()).isEqualTo(out.toString());
    Outcome answer = new Shell().run("run", out.toString(), "가나다", "--max-tokens", "3");
    assertThat(answer.code()).as(answer.err()).isZero();
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, text.getBytes(UTF_8));
  }

  private static String[] line(String command, String model, String more, String... options) {
    String[] line = new String[3 + options.length];
    line[0] = command;
    line[1] = model;
    line[2] = more;
    System.arraycopy(options, 0, line, 3, options.length);
    return line;
  }

  private static JsonNode json(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return JsonMapper.shared().readTree(outcome.out());
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static double nmse(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      power += (double) expected[i] * expected[i];
    }
    return difference / power;
  }
}

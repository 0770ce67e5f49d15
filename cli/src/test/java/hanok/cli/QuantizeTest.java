package hanok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuantizeTest {
  private static final String IN = Shell.GOLDEN.resolve("exaone-a-F16.gguf").toString();

  @TempDir Path folder;
  private String out;

  @BeforeEach
  void name() {
    out = folder.resolve("out.gguf").toString();
  }

  private static Outcome quantize(String in, String out, String type, String... options) {
    String[] line = new String[4 + options.length];
    line[0] = "quantize";
    line[1] = in;
    line[2] = out;
    line[3] = type;
    System.arraycopy(options, 0, line, 4, options.length);
    return new Shell().run(line);
  }

  @Test
  void writesAModelThatAnswersAsLlamaCppDoes() throws IOException {
    Outcome written = quantize(IN, out, "q4_k_m", "-t", "2", "--json");
    assertThat(written.code()).as(written.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(written.out());
    assertThat(json.get("bytes").longValue()).isEqualTo(Files.size(Path.of(out)));
    JsonNode golden =
        JsonMapper.shared().readTree(Shell.GOLDEN.resolve("exaone-a-Q4_K_M.json").toFile());
    String ids = golden.get("prompt").toString().replaceAll("[\\[\\]]", "");
    Outcome logits = new Shell().run("logits", out, "--ids", ids, "--greedy", "3");
    JsonNode greedy = JsonMapper.shared().readTree(logits.out()).get("greedy");
    for (int i = 0; i < 3; i++) {
      assertThat(greedy.get(i)).isEqualTo(golden.get("greedy").get(i));
    }
  }

  @Test
  void optionsChooseTypes() {
    String[] options = {"--output-tensor-type", "Q8_0", "--token-embedding-type", "F16"};
    assertThat(quantize(IN, out, "Q4_K_M", options).code()).isZero();
    String shown = new Shell().run("inspect", out).out();
    assertThat(shown).containsPattern("output.weight +Q8_0").containsPattern("token_embd.* F16");
    assertThat(quantize(IN, out, "Q4_K_M", "--pure", "--force").code()).isZero();
    assertThat(new Shell().run("inspect", out).out()).containsPattern("output.weight +Q4_K");
  }

  @Test
  void replacesAFileOnlyWithForce() throws IOException {
    Files.writeString(Path.of(out), "mine");
    Outcome refused = quantize(IN, out, "Q8_0");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(refused.err()).contains("is there already; --force replaces it");
    assertThat(Path.of(out)).hasContent("mine");
    assertThat(quantize(IN, out, "Q8_0", "--force").code()).isZero();
    assertThat(Files.size(Path.of(out))).isGreaterThan(4);
  }

  @Test
  void refusesToQuantizeTwiceInOneSentence() {
    Outcome refused = quantize(Shell.MODEL, out, "Q4_0");
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .isEqualTo(
            "hanok: token_embd.weight is quantised already, as Q5_K: begin with F32, F16 or BF16,"
                + " or lose more with --allow-requantize\n");
    assertThat(Path.of(out)).doesNotExist();
    Outcome korean = quantize(Shell.MODEL, out, "Q4_0", "--lang", "ko");
    assertThat(korean.err()).contains("이미 Q5_K").endsWith("\n").doesNotContain("\n\n");
    assertThat(quantize(Shell.MODEL, out, "Q4_0", "--allow-requantize").code()).isZero();
  }

  @Test
  void wrongUseIsOneSentenceAndLeavesNothing() throws IOException {
    assertThat(quantize("none.gguf", out, "Q8_0").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(quantize(IN, out, "Q9").code()).isEqualTo(ExitCode.USAGE);
    assertThat(quantize(IN, out, "Q8_0", "-t", "-1").code()).isEqualTo(ExitCode.USAGE);
    assertThat(quantize(IN, folder.toString(), "Q8_0").code()).isEqualTo(ExitCode.USAGE);
    Outcome noMatrix = quantize(IN, out, "Q4_0", "--imatrix", "none.gguf");
    assertThat(noMatrix.code()).isEqualTo(ExitCode.NOT_FOUND);
    Outcome badMatrix = quantize(IN, out, "Q4_0", "--imatrix", IN);
    assertThat(badMatrix.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(badMatrix.err()).contains("no importance matrix");
    Path text = Files.writeString(folder.resolve("text"), "not a model");
    assertThat(quantize(text.toString(), out, "Q8_0").code()).isEqualTo(ExitCode.FAILURE);
    assertThat(Path.of(out)).doesNotExist();
    assertThat(Path.of(out + ".part")).doesNotExist();
  }
}

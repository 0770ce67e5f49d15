package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ImatrixTest {
  private static final String MODEL = Shell.GOLDEN.resolve("exaone-a-F16.gguf").toString();

  @TempDir Path folder;
  private Path text;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(folder.resolve("글.txt"), "나는 오늘 학교에 갔다. ".repeat(40));
    out = folder.resolve("im.gguf");
  }

  private Outcome imatrix(String... options) {
    String[] line = new String[6 + options.length];
    line[0] = "imatrix";
    line[1] = MODEL;
    line[2] = "--text";
    line[3] = text.toString();
    line[4] = "--out";
    line[5] = out.toString();
    System.arraycopy(options, 0, line, 6, options.length);
    return new Shell().run(line);
  }

  @Test
  void whatItWritesHelpsToQuantize() {
    Outcome written = imatrix("--chunk-tokens", "32", "--chunks", "3", "-t", "2");
    assertThat(written.code()).as(written.err()).isZero();
    String shown = new Shell().run("inspect", out.toString()).out();
    assertThat(shown).contains("imatrix.chunk_count", "blk.1.ffn_down.weight.in_sum2", "글.txt");
    String model = folder.resolve("q.gguf").toString();
    String[] line = {"quantize", MODEL, model, "IQ4_XS", "--imatrix", out.toString()};
    Outcome quantized = new Shell().run(line);
    assertThat(quantized.code()).as(quantized.err()).isZero();
    var keys =
        JsonMapper.shared()
            .readTree(new Shell().run("inspect", model, "--json").out())
            .get("metadata");
    assertThat(keys.get("quantize.imatrix.file").stringValue()).isEqualTo("im.gguf");
    assertThat(keys.get("quantize.imatrix.chunks_count").intValue()).isEqualTo(3);
    assertThat(keys.get("quantize.imatrix.entries_count").intValue()).isEqualTo(14);
  }

  @Test
  void aTextShorterThanAPieceIsOnePiece() throws IOException {
    Files.writeString(text, "안녕");
    assertThat(imatrix().code()).isZero();
    String shown = new Shell().run("inspect", out.toString()).out();
    assertThat(shown).containsPattern("imatrix.chunk_count +1\n");
  }

  @Test
  void wrongUseIsOneSentenceAndLeavesNothing() throws IOException {
    assertThat(imatrix("--chunks", "-1").code()).isEqualTo(ExitCode.USAGE);
    assertThat(imatrix("--chunk-tokens", "1").code()).isEqualTo(ExitCode.USAGE);
    Outcome tooLarge = imatrix("--chunk-tokens", "5000");
    assertThat(tooLarge.code()).isEqualTo(ExitCode.USAGE);
    assertThat(tooLarge.err()).contains("from 2 to the 4096 tokens", "5000");
    Files.write(text, new byte[] {'a', (byte) 0xFF});
    Outcome broken = imatrix();
    assertThat(broken.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(broken.err()).isEqualTo("hanok: " + text + " is not UTF-8\n");
    Files.write(text, "".getBytes(UTF_8));
    assertThat(imatrix().err()).contains("there is nothing in " + text);
    Files.delete(text);
    assertThat(imatrix().code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(out).doesNotExist();
  }

  @Test
  void replacesAFileOnlyWithForce() throws IOException {
    Files.writeString(out, "mine");
    assertThat(imatrix().err()).contains("--force replaces it");
    assertThat(out).hasContent("mine");
    assertThat(imatrix("--force").code()).isZero();
  }
}

package hanok.corpus.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.console.Io;
import hanok.console.Program;
import hanok.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainTokenizerTest {
  private record Outcome(int code, String out, String err) {}

  @TempDir Path folder;

  private Path text;
  private String out;

  @BeforeEach
  void writeText() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      String sentence =
          i % 2 == 0
              ? "나는 학교에서 친구와 %d번째 영화를 보았다."
              : "The model's tokenizer reads sentence %d again.";
      lines.append(
          "{\"lang\":\"%s\",\"text\":\"%s\"}%n"
              .formatted(i % 2 == 0 ? "ko" : "en", sentence.formatted(i)));
    }
    text = Files.writeString(folder.resolve("text.jsonl"), lines);
    out = folder.resolve("out").toString();
  }

  private Outcome train(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "tokenizer";
    all[1] = "train";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    Io io =
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(stdout, true, UTF_8),
            new PrintStream(stderr, true, UTF_8),
            false,
            false,
            Map.of("LANG", "en_US.UTF-8"));
    int code = Program.run(all, io, Corpus.class, Corpus::new);
    return new Outcome(code, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }

  /** One sentence, its exit code, and nothing written. */
  private void assertRefused(int code, String sentence, String... arguments) {
    Outcome outcome = train(arguments);
    assertThat(outcome.err()).contains(sentence).hasLineCount(1).startsWith("hanok: ");
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
    assertThat(Path.of(out)).doesNotExist();
    assertThat(Path.of(out + ".part")).doesNotExist();
  }

  @Test
  void aVocabularyIsTrainedFromOptions() {
    Outcome outcome = train("--text", text.toString(), "--out", out, "--vocab-size", "680");
    assertThat(outcome.err()).isEqualTo("hanok: written to " + out + "\n");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("- tokens: 680 (asked for 680)").contains("| ko | 200 |");
    Tokenizer tokenizer = Tokenizer.load(Path.of(out));
    assertThat(tokenizer.vocab()).isEqualTo(680);
    assertThat(tokenizer.encode("친구와").length).isLessThan(9);
  }

  @Test
  void settingsComeFromAFileAndOptionsWin() throws IOException {
    Path config = folder.resolve("train.yaml");
    Files.writeString(
        config,
        """
        text: [%s]
        out: %s
        vocab_size: 900
        layout: plain
        morphemes: none
        weights: {ko: 1, en: 1}
        min_frequency: 3
        """
            .formatted(text, out));
    Outcome outcome = train(config.toString(), "--vocab-size", "300", "--json");
    assertThat(outcome.err()).isEmpty();
    JsonNode report = JsonMapper.shared().readTree(outcome.out());
    assertThat(report.path("vocab").asInt()).isEqualTo(300);
    assertThat(report.path("layout").asString()).isEqualTo("plain");
    assertThat(report.path("min_frequency").asInt()).isEqualTo(3);
    assertThat(report.path("languages").path("en").path("weight").asDouble()).isEqualTo(1);
  }

  @Test
  void countsAreKeptForAnotherSize() {
    String counts = folder.resolve("counts").toString();
    train("--text", text.toString(), "--out", out, "--vocab-size", "650", "--counts", counts);
    String second = folder.resolve("second").toString();
    Outcome outcome = train("--out", second, "--vocab-size", "680", "--counts", counts);
    assertThat(outcome.err()).contains("written to " + second);
    assertThat(Tokenizer.load(Path.of(second)).vocab()).isEqualTo(680);
  }

  @Test
  void aVocabularyThatTheTextCannotFillIsSaid() {
    Outcome outcome = train("--text", text.toString(), "--out", out);
    assertThat(outcome.err()).contains("not 102400: the text has no more pairs");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void missingThingsAreSaid() {
    assertRefused(2, "no folder to write is given", "--text", text.toString());
    assertRefused(2, "no text is given", "--out", out);
    String nowhere = folder.resolve("no.jsonl").toString();
    assertRefused(3, "there is no file " + nowhere, "--text", nowhere, "--out", out);
    assertRefused(3, "there is no file " + nowhere, nowhere, "--out", out);
  }

  @Test
  void textThatCannotBeReadIsSaidWithItsPlace() throws IOException {
    Path broken = folder.resolve("broken.jsonl");
    Files.write(broken, "{\"text\":\"good\"}\n{\"text\":\"\u00ff\"}\n".getBytes(ISO_8859_1));
    assertRefused(1, "broken.jsonl", "--text", broken.toString(), "--out", out);
    assertRefused(
        1, "has no field \"body\"", "--text", text.toString(), "--field", "body", "--out", out);
    Path unknown = Files.writeString(folder.resolve("text.doc"), "text");
    assertRefused(2, "its name says nothing known", "--text", unknown.toString(), "--out", out);
  }

  @Test
  void textThatTeachesNothingIsRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "");
    assertRefused(2, "there is no text to learn from", "--text", empty.toString(), "--out", out);
  }

  @Test
  void settingsThatCannotBeAreRefused() throws IOException {
    assertRefused(
        2,
        "a vocabulary of 500 is too small for layout exaone: its 362 tokens and 256 bytes need 618",
        "--text",
        text.toString(),
        "--out",
        out,
        "--vocab-size",
        "500");
    assertRefused(
        2,
        "language \"en\", which has no weight",
        "--text",
        text.toString(),
        "--out",
        out,
        "--weights",
        "ko=1");
    Path config = Files.writeString(folder.resolve("c.yaml"), "vocab_siz: 5\n");
    assertRefused(2, "did you mean \"vocab_size\"?", config.toString(), "--out", out);
  }

  @Test
  void aFolderThatIsThereIsNotReplaced() throws IOException {
    Files.createDirectories(Path.of(out));
    Files.writeString(Path.of(out, "mine"), "mine");
    Outcome outcome = train("--text", text.toString(), "--out", out, "--vocab-size", "650");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("is there already; --force replaces it").hasLineCount(1);
    assertThat(Path.of(out)).isDirectoryContaining("glob:**mine");
    Outcome forced =
        train("--text", text.toString(), "--out", out, "--vocab-size", "650", "--force");
    assertThat(forced.code()).isZero();
  }

  @Test
  void damagedCountsAreRefused() throws IOException {
    Path counts = Files.writeString(folder.resolve("counts"), "not counts of anybody");
    assertRefused(1, "not piece counts of Hanok", "--counts", counts.toString(), "--out", out);
  }
}

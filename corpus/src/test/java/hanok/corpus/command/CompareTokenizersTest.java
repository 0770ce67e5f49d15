package hanok.corpus.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.console.Io;
import hanok.console.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompareTokenizersTest {
  private record Outcome(int code, String out, String err) {}

  @TempDir Path folder;

  private String text;

  @BeforeEach
  void writeText() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      String sentence =
          i % 2 == 0 ? "나는 학교에서 %d번째 영화를 보았다." : "The tokenizer reads sentence %d again.";
      lines.append(
          "{\"lang\":\"%s\",\"text\":\"%s\"}%n"
              .formatted(i % 2 == 0 ? "ko" : "en", sentence.formatted(i)));
    }
    text = Files.writeString(folder.resolve("text.jsonl"), lines).toString();
  }

  private static Outcome run(String lang, String... arguments) {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    Io io =
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(stdout, true, UTF_8),
            new PrintStream(stderr, true, UTF_8),
            false,
            false,
            Map.of("LANG", lang));
    int code = Program.run(arguments, io, Corpus.class, Corpus::new);
    return new Outcome(code, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }

  private static Outcome compare(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "tokenizer";
    all[1] = "compare";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return run("en_US.UTF-8", all);
  }

  private String trained(String name, String... arguments) {
    String out = folder.resolve(name).toString();
    String[] all = new String[arguments.length + 8];
    String[] first = {"tokenizer", "train", "--text", text, "--out", out, "--vocab-size", "680"};
    System.arraycopy(first, 0, all, 0, 8);
    System.arraycopy(arguments, 0, all, 8, arguments.length);
    assertThat(run("en", all).code()).isZero();
    return out;
  }

  private static void assertRefused(int code, String sentence, String... arguments) {
    Outcome outcome = compare(arguments);
    assertThat(outcome.err()).contains(sentence).hasLineCount(1).startsWith("hanok: ");
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void tokenizersOfEveryKindAreCompared() {
    String bytes = trained("bytes", "--morphemes", "none");
    String characters = trained("characters", "--algorithm", "bpe", "--morphemes", "none");
    String html = folder.resolve("report.html").toString();
    Outcome outcome =
        compare(
            bytes,
            characters,
            bytes + "/tokenizer.json",
            bytes + "/tokenizer.gguf",
            bytes + "/tokenizer.tiktoken",
            "cl100k_base",
            "--text",
            text,
            "--html",
            html,
            "--json");
    assertThat(outcome.err()).isEqualTo("hanok: written to " + html + "\n");
    JsonNode root = JsonMapper.shared().readTree(outcome.out());
    JsonNode tokenizers = root.path("tokenizers");
    assertThat(tokenizers.size()).isEqualTo(6);
    for (JsonNode tokenizer : tokenizers) {
      assertThat(tokenizer.at("/total/round_trip_failures").asLong(-1)).isZero();
      assertThat(tokenizer.at("/total/documents").asLong()).isEqualTo(300);
    }
    assertThat(tokenizers.path(2).path("total")).isEqualTo(tokenizers.path(0).path("total"));
    assertThat(tokenizers.path(3).path("total")).isEqualTo(tokenizers.path(0).path("total"));
    assertThat(tokenizers.at("/4/total/tokens")).isEqualTo(tokenizers.at("/0/total/tokens"));
    assertThat(Path.of(html)).content(UTF_8).contains("cl100k_base").startsWith("<!doctype html>");
  }

  @Test
  void theTableIsAlignedInBothLanguages() {
    for (String lang : List.of("en_US.UTF-8", "ko_KR.UTF-8")) {
      Outcome outcome =
          run(lang, "tokenizer", "compare", "o200k_base", "r50k_base", "--text", text);
      assertThat(outcome.code()).isZero();
      List<String> lines = outcome.out().lines().toList();
      assertThat(lines.get(0)).startsWith("en: ");
      assertThat(lines.subList(1, 4))
          .extracting(TextTable::width)
          .containsOnly(TextTable.width(lines.get(1)));
      assertThat(outcome.out()).contains(lang.startsWith("ko") ? "토큰/단어" : "tokens/word");
    }
  }

  @Test
  void wideCharactersTakeTwoCells() {
    assertThat(TextTable.width("한옥 a")).isEqualTo(6);
    assertThat(TextTable.width("e\u0301")).isEqualTo(1);
    assertThat(TextTable.width("🏠漢（")).isEqualTo(6);
    TextTable table = new TextTable(List.of("이름", "n"));
    table.add(List.of("a\u001b[2J", "10"));
    assertThat(table.text()).isEqualTo("이름    n\na\uFFFD[2J  10\n");
    assertThatThrownBy(() -> table.add(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 2 columns");
  }

  @Test
  void aSampleIsSaidAndIsTheSameAgain() {
    String[] arguments = {"o200k_base", "--text", text, "--limit-bytes", "4000", "--seed", "3"};
    Outcome first = compare(arguments);
    assertThat(first.err()).contains("of 300 documents, ");
    assertThat(compare(arguments)).isEqualTo(first);
    assertThat(compare("o200k_base", "--text", text, "--limit-bytes", "4000").out())
        .isNotEqualTo(first.out());
  }

  @Test
  void whatIsMissingIsSaid() throws IOException {
    assertRefused(2, "no text is given", "o200k_base");
    assertRefused(2, "TOKENIZER", "--text", text);
    assertRefused(3, "did you mean o200k_base?", "o200k_bse", "--text", text);
    assertRefused(
        3, "no tokenizer nothing-like-it: it is no file", "nothing-like-it", "--text", text);
    String nowhere = folder.resolve("no.json").toString();
    assertRefused(3, "there is no tokenizer " + nowhere, nowhere, "--text", text);
    assertRefused(3, "there is no file " + nowhere, "o200k_base", "--text", nowhere);
    assertRefused(3, "tokenizer.json", folder.toString(), "--text", text);
    String empty = Files.writeString(folder.resolve("empty.txt"), "").toString();
    assertRefused(1, "there is no text to compare on", "o200k_base", "--text", empty);
  }

  @Test
  void whatCannotBeIsSaid() throws IOException {
    assertRefused(1, "has no field \"body\"", "o200k_base", "--text", text, "--field", "body");
    assertRefused(
        2, "a sample of 0 bytes is none", "o200k_base", "--text", text, "--limit-bytes", "0");
    assertRefused(2, "0 threads cannot work", "o200k_base", "--text", text, "-t", "0");
    String ranks = Files.writeString(folder.resolve("a.tiktoken"), "no ranks").toString();
    assertRefused(1, "line 1 is not a token", ranks, "--text", text);
    assertRefused(2, "no rule cuts text like \"x\"", ranks, "--rule", "x", "--text", text);
    assertRefused(2, "--seed", "o200k_base", "--text", text, "--seed", "many");
  }

  @Test
  void aReportIsNotWrittenOverAnotherFile() throws IOException {
    Path html = Files.writeString(folder.resolve("report.html"), "mine");
    assertRefused(1, "is there already", "o200k_base", "--text", text, "--html", html.toString());
    assertThat(html).hasContent("mine");
    Outcome forced = compare("o200k_base", "--text", text, "--html", html + "", "--force");
    assertThat(forced.code()).isZero();
    assertThat(html).content(UTF_8).contains("o200k_base");
  }
}

package hanok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage of every command: one clear sentence, the right exit code, in both languages. */
class UsageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          chta m.gguf                      | there is no command "chta"         | Did you mean "chat"?
          inspekt m.gguf                   | there is no command "inspekt"      | Did you mean "inspect"?
          zzzzzz                           | there is no command "zzzzzz"       | hanok --help
          --jsn                            | hanok has no option "--jsn"        | Did you mean "--json"?
          --lang fr                        | --lang cannot be "fr"              | fr
          help nosuch                      | nosuch                             | nosuch
          run                              | hanok run needs MODEL              | hanok run --help
          run m.gguf hi --temprature 1     | has no option "--temprature"       | Did you mean "--temperature"?
          run m.gguf hi --top-k=many       | --top-k cannot be "many"           | many
          run m.gguf hi --top-k            | --top-k                            | --top-k
          inspect                          | hanok inspect needs MODEL.gguf     | help
          tokenize                         | hanok tokenize needs MODEL.gguf    | help
          convert folder                   | hanok convert needs OUT.gguf       | help
          convert . x.gguf --type Q4       | --type cannot be "Q4"              | F16
          random                           | hanok random needs PRESET          | help
          random exaone x.gguf             | there is no preset "exaone"        | exaone3.0-7.8b
          random exaone3.0-7.8b x --type Q | --type cannot be "Q"               | Q8_0
          bench                            | hanok bench needs MODEL.gguf       | help
          logits m.gguf                    | hanok logits needs --ids           | help
          logits m.gguf --ids 1,x          | --ids cannot be                    | x
          logits m.gguf --ids 1,2 --last 3 | --last must be from 1 to the 2 ids | got 3
          logits m.gguf --ids 1 --greedy -1| --greedy must be 0 or more         | got -1
          """)
  void isOneSentence(String line, String sentence, String more) {
    Outcome outcome = new Shell().run(line.strip().split(" +", -1));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).startsWith("hanok: ").contains(sentence.strip(), more.strip());
    assertThat(outcome.err().strip()).doesNotContain("\n").doesNotContain("Exception");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void isToldInKorean() {
    assertThat(new Shell().run("--lang", "ko", "chta").err())
        .contains("\"chta\" 명령은 없습니다", "\"chat\" 을(를) 뜻하셨나요?");
    assertThat(new Shell().with("LANG", "ko_KR.UTF-8").run("run").err()).contains("필요합니다");
    assertThat(new Shell().with("HANOK_LANG", "ko").run("run", "none.gguf", "x").err())
        .contains("파일이 없습니다: none.gguf");
    assertThat(new Shell().with("LANG", "ko_KR").run("--lang=en", "chta").err())
        .contains("there is no command");
  }

  @ParameterizedTest
  @CsvSource({
    "run",
    "chat",
    "inspect",
    "tokenize",
    "logits",
  })
  void filesThatAreNotThere(String command) {
    Outcome outcome = missing(command, "none.gguf");
    assertThat(outcome.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(outcome.err()).isEqualTo("hanok: there is no file none.gguf\n");
  }

  @ParameterizedTest
  @CsvSource({"run", "chat", "inspect", "logits", "bench"})
  void foldersAreNoModels(String command) {
    Outcome outcome = missing(command, folder.toString());
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains(folder + " is a folder, not a file");
  }

  @ParameterizedTest
  @CsvSource({"run", "chat", "inspect", "tokenize", "logits"})
  void filesThatAreNoModelsAreNamedWithTheOffset(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.gguf"), "this is no model, but a text");
    Outcome outcome = missing(command, file.toString());
    assertThat(outcome.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(outcome.err())
        .isEqualTo(
            "hanok: "
                + file
                + ": at byte 0: not a GGUF file: it does not begin with the letters GGUF\n");
  }

  @Test
  void valuesOutOfRangeAreNamedWithTheRange() {
    Outcome outcome = new Shell().run("run", Shell.MODEL, "hi", "--top-p", "1.5");
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).isEqualTo("hanok: top-p must be in [0, 1], got 1.5\n");
    assertThat(new Shell().run("run", Shell.MODEL, "hi", "--context", "9999").err())
        .isEqualTo("hanok: context must be in [1, 4096] for this model, got 9999\n");
    assertThat(new Shell().run("run", Shell.MODEL, "hi", "--threads", "99999").err())
        .isEqualTo("hanok: threads must be in [1, 1024], got 99999\n");
    assertThat(new Shell().run("run", Shell.MODEL, "hello there", "--context", "4").err())
        .contains("the prompt has", "the context holds 4");
  }

  @Test
  void benchSaysWhatItCannotMeasure() {
    assertThat(new Shell().run("bench", Shell.MODEL, "-p", "0").err())
        .isEqualTo("hanok: the length of a prompt must be at least 1, got 0\n");
    Outcome outcome = new Shell().run("bench", Shell.MODEL, "--peer", folder.toString());
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("has no node_modules/node-llama-cpp");
  }

  @Test
  void outputIsNotWrittenOverWhatIsThere() throws IOException {
    Path out = Files.writeString(folder.resolve("out.gguf"), "precious");
    Outcome outcome = new Shell().run("random", "exaone3.0-7.8b", out.toString());
    assertThat(outcome.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(outcome.err()).contains(out + " is there already; --force replaces it");
    assertThat(Files.readString(out)).isEqualTo("precious");
    assertThat(new Shell().run("convert", folder + "/none", "x.gguf").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aTraceIsShownOnlyWhenAskedFor() {
    Shell shell = new Shell();
    assertThat(shell.run("inspect", "none.gguf").err()).doesNotContain("\tat ");
    assertThat(shell.with("HANOK_DEBUG", "1").run("inspect", "none.gguf").err()).contains("\tat ");
  }

  private static Outcome missing(String command, String file) {
    List<String> ids = command.equals("logits") ? List.of("--ids", "5") : List.of();
    List<String> prompt = command.equals("run") ? List.of("hi") : ids;
    List<String> line = new ArrayList<>(List.of(command, file));
    line.addAll(prompt);
    return new Shell().run(line.toArray(String[]::new));
  }
}
